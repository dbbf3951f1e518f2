/* portal info: what a picture file says of itself. */

#include <string.h>

#include "cli/info.h"
#include "cli/page.h"
#include "run/clip.h"
#include "run/sequence.h"

struct options {
    struct text_list files;
    const char *layer;
    int page;
    bool json;
};

static const struct flag flags[] = {
    {"layer", "NAME", "Layer of an OpenEXR file",
     offsetof(struct options, layer), false, WORD_NONE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct param params[] = {
    P_INT(options, page, .lo = 1, .hi = 65536, .def = 1,
          .doc = "Page of a file that has several"),
    P_BOOL(options, json, .doc = "Prints one line of JSON per file"),
    P_END,
};

static int film(const struct options *o, const char *path, FILE *out,
                struct err *e)
{
    const struct video_read_options how = {.threads = 1};
    struct video_reader *reader = NULL;
    int rc;

    TRY(video_open(path, &how, &reader, e));
    rc = info_film(out, path, video_info(reader), o->json, e);
out:
    video_close(reader);
    return rc;
}

static int one(const struct options *o, const char *path, FILE *out,
               struct err *e)
{
    const struct read_options how = {
        .page = o->page - 1, .slots = 1, .layer = o->layer};
    struct reader *reader = NULL;
    int rc;

    if (clip_is(path) && !sequence_is(path))
        return film(o, path, out, e);
    TRY(reader_open(path, &how, &reader, e));
    if (o->json)
        rc = info_json(out, path, reader, e);
    else
        rc = info_text(out, path, reader, e);
out:
    reader_close(reader);
    return rc;
}

static int run(const void *options, FILE *out, struct err *e)
{
    const struct options *o = options;
    const int files = o->files.count;
    int failed = 0;

    if (files == 0)
        return err_set(e, ERR_ARG, "needs the name of a file");
    for (int i = 0; i < files; i++) {
        struct err why = {0};

        if (one(o, o->files.item[i], out, &why) >= 0)
            continue;
        if (!strstr(why.text, o->files.item[i]))
            err_prefix(&why, "'%s'", o->files.item[i]);
        fflush(out);
        fprintf(stderr, "portal: info: %s\n", why.text);
        failed++;
    }
    return failed == 0 ? EXIT_DONE : failed < files ? EXIT_SOME : EXIT_FAILED;
}

const struct command command_info = {
    .name = "info",
    .words = "FILE...",
    .doc = "Says what pictures and films hold: size, samples, colour, metadata",
    .params = params,
    .flags = flags,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, files),
    .word = WORD_FILE,
    .run = run,
};
