/* portal process: the words of a command line become a job for the runner. */

#include <sys/stat.h>

#include "base/log.h"
#include "cli/process.h"
#include "image/meta.h"
#include "run/process.h"
#include "run/worker.h"

struct options {
    struct process_options o; /* first: process_params points into it */
    const char *keep, *page, *memory;
};
_Static_assert(offsetof(struct options, o) == 0, "the tables share offsets");

#define AT(field) offsetof(struct options, field)

static const struct flag flags[] = {
    {"output", "FILE|FOLDER",
     "Where the outputs go, normally beside the inputs with a suffix",
     AT(o.output), false, WORD_FILE},
    {"look", "NAME|FILE", "A look to run, where several are stacked in order",
     AT(o.look.look), true, WORD_LOOK},
    {"set", "OP.PARAM=VALUE",
     "Changes a value of the last such step, OP#2 meaning the second one",
     AT(o.look.set), true, WORD_NONE},
    {"suffix", "TEXT",
     "Goes between name and extension of the outputs, _portal beside the "
     "inputs",
     AT(o.suffix), false, WORD_NONE},
    {"icc", "SPACE|FILE",
     "Colour of the outputs: same, srgb, p3, adobergb, prophoto, rec709, "
     "rec2020, acescg, aces2065 or a profile",
     AT(o.icc), false, WORD_FILE},
    {"assume", "SPACE|FILE",
     "Colour of inputs that do not state theirs, normally srgb, and linear "
     "for floats",
     AT(o.assume), false, WORD_FILE},
    {"keep", "LIST",
     "Metadata to keep, of exif, icc, xmp, iptc, other, all and none, normally "
     "all",
     AT(keep), false, WORD_NONE},
    {"page", "N", "Page of a file that has several, normally 1", AT(page),
     false, WORD_NONE},
    {"layer", "NAME", "Layer of an OpenEXR file, normally the unnamed one",
     AT(o.layer), false, WORD_NONE},
    {"show", "OP",
     "Paints what the last step of that operation sees: zones, blur, haze, or "
     "its mask",
     AT(o.show), false, WORD_NONE},
    {"depth", "auto|none|model|layer:NAME|FILE",
     "Where depth comes from, normally a channel of the OpenEXR, else a file "
     "beside the input, else a model",
     AT(o.depth), false, WORD_FILE},
    {"model", "NAME|FILE", "Model that estimates depth, normally dav2-small",
     AT(o.model), false, WORD_FILE},
    {"focus_pixel", "X,Y",
     "What depth_of_field keeps sharp, a pixel of the input as it is shown, or "
     "a place as in 50%,40%",
     AT(o.focus_pixel), false, WORD_NONE},
    {"vcodec", "NAME",
     "Codec of a film: prores, prores_ks, dnxhr, h264, hevc, av1 or ffv1, "
     "normally the usual of the container",
     AT(o.vcodec), false, WORD_NONE},
    {"pix_fmt", "NAME",
     "Pixel format of a film such as yuv422p10le, normally the nearest to the "
     "input that the codec has",
     AT(o.pix_fmt), false, WORD_NONE},
    {"preset", "NAME",
     "Speed or profile of a film's encoder, such as veryfast, hq or 8",
     AT(o.preset), false, WORD_NONE},
    {"bitrate", "SIZE",
     "Bits a second of a film such as 20M, instead of constant quality",
     AT(o.bitrate), false, WORD_NONE},
    {"fps", "RATE|auto|keep",
     "Frames a second of a film, auto being the nearest standard rate",
     AT(o.fps), false, WORD_NONE},
    {"start", "TIME", "Where in a film to begin, as seconds or 1:02.5",
     AT(o.start), false, WORD_NONE},
    {"duration", "TIME", "How much of a film to make", AT(o.duration), false,
     WORD_NONE},
    {"frames", "A-B[xN]",
     "Frames of a sequence such as shot.####.exr, normally all that are there",
     AT(o.frames), false, WORD_NONE},
    {"memory", "SIZE",
     "Ceiling for pictures in flight such as 800M, normally half of what is "
     "available",
     AT(memory), false, WORD_NONE},
    {"shard", "I/N|auto",
     "Makes part I of N of the files, chosen by their names, auto asking Slurm",
     AT(o.shard), false, WORD_NONE},
    {"done", "FOLDER",
     "With --watch, where inputs go that succeeded, normally they stay",
     AT(o.done), false, WORD_FILE},
    {"failed", "FOLDER",
     "With --watch, where inputs go that failed, each with its reason as "
     ".json",
     AT(o.failed), false, WORD_FILE},
    {"report", "FILE",
     "Writes a report of the run, as .json, or as .html with pictures",
     AT(o.report), false, WORD_FILE},
    {"trace", "FILE", "Writes a timeline for Perfetto or chrome://tracing",
     AT(o.trace), false, WORD_FILE},
    {NULL, NULL, NULL, 0, false, WORD_NONE},
};

static const struct letter letters[] = {
    {'f', "format"},    {'j', "threads"}, {'l', "look"},
    {'n', "dry_run"},   {'o', "output"},  {'q', "quiet"},
    {'r', "recursive"}, {'s', "set"},     {0, NULL},
};

static int read_page(const char *text, int *page, struct err *e)
{
    long n;

    if (!text_to_long(text, &n) || n < 1 || n > 65536)
        return err_set(e, ERR_ARG,
                       "'page' cannot be '%s': allowed is 1 … 65536", text);
    *page = (int)n - 1;
    return 0;
}

static int read_memory(const char *text, uint64_t *bytes, struct err *e)
{
    if (text_to_size(text, bytes) && *bytes >= 1 << 20)
        return 0;
    return err_set(e, ERR_ARG,
                   "'memory' cannot be '%s': allowed is 1M or more, such as "
                   "800M or 1.5G",
                   text);
}

/* What the words say, as the runner wants it. */
static int settle(struct options *o, struct err *e)
{
    int rc = 0;

    o->o.keep = KEEP_ALL;
    if (o->keep)
        TRY(meta_keep_parse(o->keep, &o->o.keep, e));
    if (o->page)
        TRY(read_page(o->page, &o->o.page, e));
    if (o->memory)
        TRY(read_memory(o->memory, &o->o.memory, e));
    if (o->o.quiet)
        log_set_level(LOG_QUIET);
out:
    return rc;
}

int process_read(const void *options, struct process_options *job,
                 struct err *e)
{
    struct options o = *(const struct options *)options;
    int rc;

    if (o.o.input.count == 0)
        return err_set(e, ERR_ARG, "needs at least one picture or folder");
    TRY(settle(&o, e));
    *job = o.o;
out:
    return rc;
}

static int run(const void *options, FILE *out, struct err *e)
{
    struct process_options job;
    int rc;

    TRY(process_read(options, &job, e));
    rc = process_run(&job, out, e);
out:
    return rc;
}

/* The process that a batch starts: the same options, files by a socket. */
static int run_worker(const void *options, FILE *out, struct err *e)
{
    struct options o = *(const struct options *)options;
    struct stat st;
    int rc;

    (void)out;
    if (fstat(WORKER_FD, &st) < 0 || !S_ISSOCK(st.st_mode))
        return err_set(e, ERR_ARG,
                       "is started by 'portal process' and by nobody else");
    TRY(settle(&o, e));
    rc = worker_run(&o.o, WORKER_FD, e);
out:
    return rc;
}

const struct command command_process = {
    .name = "process",
    .words = "INPUT... [-o OUTPUT]",
    .doc = "Runs looks over pictures and films",
    .help =
        "Inputs are files, folders and patterns. Format, sample type, "
        "compression, profile and metadata stay as they are unless an option "
        "says otherwise. A file that fails does not stop the others; an output "
        "is there whole or not at all.\n\n"
        "What decides a value, weakest first: the default of its operation, "
        "the looks in their order, steps from the command line "
        "(--exposure.ev=0.5; the first mention of an operation adds a step), "
        "and --set in order.\n\n"
        "  portal process a.tif -o b.tif --look signature\n"
        "  portal process renders -r -o finished --look twilight "
        "--set bloom.amount=0\n"
        "  portal process *.tif -o web --format jpeg --icc srgb "
        "--resize.long_edge=2048\n"
        "  portal process inbox -o finished --watch --done inbox/done\n"
        "  portal process clip.mov -o graded.mov --look signature_estate\n"
        "  portal process shot.####.exr -o shot.mov --fps 25 --vcodec prores",
    .params = process_params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct options),
    .words_at = AT(o.input),
    .steps_at = AT(o.look.step),
    .echo_at = AT(o.worker),
    .word = WORD_FILE,
    .run = run,
};

/* Not in the list of commands: nobody calls it by hand. */
const struct command hidden_worker = {
    .name = "worker",
    .params = process_params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct options),
    .words_at = AT(o.input),
    .steps_at = AT(o.look.step),
    .run = run_worker,
};
