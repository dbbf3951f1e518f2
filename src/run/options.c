/* The values of a processing job that a command line may set. */

#include "run/options.h"

#include "codec/codec.h"

static const char *const formats[] = {"same", "exr",  "jpeg",
                                      "png",  "tiff", NULL};
static const char *const bits[] = {"same", "8", "16", "half", "float", NULL};
static const char *const subsamplings[] = {"auto", "444", "422", "420", NULL};
static const char *const conflicts[] = {"skip", "overwrite", "changed",
                                        "unique", NULL};

static const char *const deinterlaces[] = {"auto", "on", "off", NULL};
static const char *const vsyncs[] = {"cfr", "vfr", NULL};
static const char *const tos[] = {"file", "null", NULL};

const struct param process_params[] = {
    {.key = "profile",
     .type = PARAM_CHOICE,
     .at = offsetof(struct process_options, look.profile),
     .names = look_profiles,
     .doc = "How much work a picture is worth, where less than quality "
            "weakens or drops the costly steps"},
    P_CHOICE(process_options, format, .names = formats,
             .doc = "File format of the outputs, normally that of each input"),
    P_CHOICE(process_options, bits, .names = bits,
             .doc = "Sample type of the outputs, normally that of each input"),
    P_CHOICE(process_options, compression, .names = compression_names,
             .doc = "Compression of the outputs, normally that of each input"),
    P_INT(process_options, quality, .lo = 0, .hi = 100,
          .doc = "Quality of JPEG, where 0 keeps the input's or takes 95"),
    P_CHOICE(process_options, subsampling, .names = subsamplings,
             .doc = "Colour resolution of JPEG, automatically 444 above a "
                    "quality of 90"),
    P_INT(process_options, level, .lo = 0, .hi = 22,
          .doc = "Effort of Deflate, ZSTD and the Huffman tables of JPEG, "
                 "where 0 is the usual one"),
    P_CHOICE(process_options, conflict, .names = conflicts,
             .doc = "What to do when an output exists, where changed replaces "
                    "it only if its input, its look, an option or a file that "
                    "they name is a different one"),
    P_BOOL(process_options, recursive,
           .doc = "Goes into folders in folders and makes the same tree"),
    P_BOOL(process_options, dry_run,
           .doc = "Prints what would be done, with predicted time and memory"),
    P_BOOL(process_options, json,
           .doc = "Prints one line of JSON per file on stdout"),
    P_BOOL(process_options, quiet, .doc = "Prints errors only"),
    P_CHOICE(process_options, depth_encoding, .names = depth_encodings,
             .doc = "What the numbers of a depth file mean, normally found "
                    "out"),
    P_INT(process_options, depth_size, .lo = 0, .hi = 4096, .step = 14,
          .doc = "Short side of what a model sees, finer and slower when "
                 "larger, where 0 means 518"),
    P_FLOAT(process_options, crf, .def = -1, .lo = -1, .hi = 63, .step = 1,
            .doc = "Constant quality of h264, hevc and av1, where less is "
                   "better and -1 the usual of 18, 20 and 25"),
    P_CHOICE(process_options, deinterlace, .names = deinterlaces,
             .doc = "Makes whole frames of interlaced footage, normally where "
                    "it says it is"),
    P_CHOICE(process_options, vsync, .names = vsyncs,
             .doc = "Frames of films at a constant rate or each at its time"),
    P_FLOAT(process_options, fps_tolerance, .def = 0.05, .lo = 0.0001, .hi = 10,
            .step = 0.01, .unit = "frames/s",
            .doc = "How near to a standard rate a film counts as having it"),
    P_INT(process_options, preview_frames, .lo = 0, .hi = 1000000000,
          .doc = "Makes so many frames of a film, 0 being all"),
    P_CHOICE(process_options, to, .names = tos,
             .doc = "Where a film goes, null making every frame and keeping "
                    "none, to measure speed"),
    P_INT(process_options, threads, .lo = 0, .hi = 256,
          .doc = "Threads to use, where 0 means one per processor"),
    P_INT(process_options, jobs, .lo = 0, .hi = 64,
          .doc = "Worker processes for several files, where 0 means as many "
                 "as processors and memory allow"),
    P_INT(process_options, retries, .def = 1, .lo = 0, .hi = 10,
          .doc = "Times that a file is tried again after its worker crashed, "
                 "hung or ran out of memory, though never after two such ends"),
    P_INT(process_options, timeout, .lo = 0, .hi = 86400, .unit = "s",
          .doc = "Most that one file may take, where 0 means as long as it "
                 "goes on"),
    P_INT(process_options, grace, .def = 30, .lo = 0, .hi = 86400, .unit = "s",
          .doc = "After SIGTERM, how long running files may take to finish"),
    P_BOOL(process_options, resume, .def = 1,
           .doc = "Makes only what the journal in the output folder does not "
                  "know as done from the same input, look and options"),
    P_BOOL(process_options, verify,
           .doc =
               "With the journal, looks at the bytes of what was done before "
               "instead of its size and time"),
    P_BOOL(process_options, watch,
           .doc = "Goes on until it is stopped and makes what is dropped into "
                  "the folders"),
    P_FLOAT(process_options, settle, .def = 2, .lo = 0, .hi = 3600, .unit = "s",
            .doc = "With --watch, how long size and time of a file stay the "
                   "same before it is made"),
    P_INT(process_options, poll, .def = 10, .lo = 1, .hi = 3600, .unit = "s",
          .doc = "With --watch, time from one reading of the folders to the "
                 "next, also where the system tells of changes"),
    P_INT(process_options, strip_rows, .lo = 0, .hi = 1 << 20,
          .doc = NULL), /* not offered: for tests */
    P_END,
};
