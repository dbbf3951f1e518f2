#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

/*
 * What `portal process` is asked to do, after the command line was read and
 * before anything was opened. A plain struct, so that a job from elsewhere (a
 * watch folder, a server) can be described the same way. Texts are borrowed
 * from whoever filled it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/param.h"
#include "base/text.h"
#include "look/look.h"
#include "run/depth_find.h"

enum run_format {
    FORMAT_SAME,
    FORMAT_EXR,
    FORMAT_JPEG,
    FORMAT_PNG,
    FORMAT_TIFF
};
enum run_bits { BITS_SAME, BITS_8, BITS_16, BITS_HALF, BITS_FLOAT };
enum run_subsampling {
    SUBSAMPLING_AUTO,
    SUBSAMPLING_444,
    SUBSAMPLING_422,
    SUBSAMPLING_420
};

enum run_conflict {
    CONFLICT_SKIP,      /* leave an output that exists                    */
    CONFLICT_OVERWRITE, /* replace it                                     */
    CONFLICT_CHANGED,   /* replace it if what decides it is not as then   */
    CONFLICT_UNIQUE,    /* choose a name that is free                     */
};

enum run_to { TO_FILE, TO_NULL };

struct process_options {
    struct text_list input; /* files, folders, globs; at least one */
    struct look_request look;
    /* The command line without inputs, for worker processes; none: this
       process makes everything itself. */
    struct text_list worker;
    const char *output; /* -o: a file or folder; NULL: beside the input    */
    const char *suffix; /* before the extension; NULL: "_portal" beside the
                           input, nothing in another folder                */
    const char *icc;    /* "same", "srgb", "p3", … or a profile's file     */
    const char *assume; /* space of files that state none; NULL: by rule   */
    const char *layer;  /* EXR layer, NULL: the default one                */
    const char *show;   /* operation for chain_show(), or NULL */
    const char *trace;  /* file, NULL: no trace                            */
    const char *shard;  /* "I/N", "auto"; NULL: all                        */
    const char *done;   /* folder for inputs that succeeded, or NULL       */
    const char *failed; /* and for those that did not                      */
    const char *report; /* file .json or .html; NULL: none                 */
    const char *depth;  /* "auto", "none", "model", "layer:NAME", a file;
                           NULL: auto                                      */
    const char *model;  /* that estimates depth; NULL: the default         */
    const char *focus_pixel; /* for run/focus.h, or NULL                   */
    /* Films: of codec/video.h and run/conform.h; NULL: the usual. */
    const char *vcodec, *pix_fmt, *preset, *bitrate, *fps;
    const char *start, *duration; /* seconds, or [h:]m:s               */
    const char *frames;           /* of a sequence: "1-100x2"          */
    unsigned keep;   /* of enum meta_keep                               */
    int page;        /* 0 is the first                                  */
    uint64_t memory; /* bytes; 0: half of what is available             */

    /* From here on filled from process_params, as is look.profile. */
    int format;         /* enum run_format                            */
    int bits;           /* enum run_bits                              */
    int compression;    /* enum compression, COMP_SAME: as the input  */
    int quality;        /* JPEG, 0: as the input, else 95             */
    int subsampling;    /* enum run_subsampling                       */
    int level;          /* 0: the format's default                    */
    int conflict;       /* enum run_conflict                          */
    int threads;        /* 0: one per processor                       */
    int depth_encoding; /* enum depth_encoding                     */
    int depth_size;     /* of the model's view, 0: its own          */
    int strip_rows;     /* 0: chosen by the runner; for tests         */
    int jobs;           /* worker processes, 0: one per processor     */
    int retries;        /* of a file whose worker died                */
    int timeout;        /* seconds for a file, 0: while it goes on    */
    int grace;          /* seconds from SIGTERM to dropping           */
    int poll;           /* seconds between readings of folders        */
    float settle;       /* seconds that a file is to be at rest       */
    int deinterlace;    /* enum run_deinterlace                       */
    int vsync;          /* enum conform_times                         */
    int preview_frames; /* 0: all                                     */
    int to;             /* enum run_to                                */
    float crf;          /* below 0: the usual                         */
    float fps_tolerance;
    bool watch;
    bool resume;
    bool verify; /* ... by content, not by size and time */
    bool recursive;
    bool dry_run;
    bool json;
    bool quiet;
};

/* The plain values; param_defaults() on it clears the whole struct. */
extern const struct param process_params[];

#endif
