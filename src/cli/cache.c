/* portal cache: how full it is, whether it is sound, and emptying it. */

#include <time.h>

#include "cli/command.h"
#include "cli/json.h"
#include "store/cache.h"

struct options {
    struct text_list words;
    bool json;
};

static const struct verb verbs[] = {
    {"stats", "", "Says how much is kept, and since when", WORD_NONE},
    {"clear", "", "Removes all results", WORD_NONE},
    {"path", "", "Prints the folder", WORD_NONE},
    {"verify", "", "Reads all results and drops damaged ones", WORD_NONE},
    {NULL, NULL, NULL, WORD_NONE},
};

static const struct param params[] = {
    P_BOOL(options, json, .doc = "Prints JSON"),
    P_END,
};

/* "2026-11-22 21:30:00", local time. */
static void time_text(int64_t ns, char text[static 32])
{
    const time_t seconds = (time_t)(ns / 1000000000);
    struct tm tm;

    if (!ns || !localtime_r(&seconds, &tm) ||
        !strftime(text, 32, "%Y-%m-%d %H:%M:%S", &tm))
        snprintf(text, 32, "never");
}

static int stats(struct cache *c, bool json, FILE *out, struct err *e)
{
    char oldest[32], newest[32];
    struct cache_stats s;
    json_t *object;
    int rc;

    TRY(cache_stats(c, &s, e));
    if (json) {
        object = json_object();
        json_add(object, "folder", json_text(cache_folder(c)));
        json_add(object, "entries", json_integer((json_int_t)s.entries));
        json_add(object, "bytes", json_integer((json_int_t)s.bytes));
        json_add(object, "raw_bytes", json_integer((json_int_t)s.raw));
        json_add(object, "limit", json_integer((json_int_t)cache_limit(c)));
        json_add(object, "oldest_use",
                 json_integer((json_int_t)(s.oldest_ns / 1000000000)));
        json_add(object, "newest_use",
                 json_integer((json_int_t)(s.newest_ns / 1000000000)));
        return json_put(out, object, false, e);
    }
    time_text(s.oldest_ns, oldest);
    time_text(s.newest_ns, newest);
    fprintf(out,
            "folder    %s\n"
            "results   %ju\n"
            "size      %.1f MB of %.0f MB, %.1f MB unpacked\n"
            "last use  %s ... %s\n",
            cache_folder(c), (uintmax_t)s.entries, (double)s.bytes / 1e6,
            (double)cache_limit(c) / 1e6, (double)s.raw / 1e6, oldest, newest);
out:
    return rc;
}

static int clear(struct cache *c, bool json, FILE *out, struct err *e)
{
    uint64_t entries, bytes;
    json_t *object;
    int rc;

    TRY(cache_clear(c, &entries, &bytes, e));
    if (json) {
        object = json_object();
        json_add(object, "removed", json_integer((json_int_t)entries));
        json_add(object, "bytes", json_integer((json_int_t)bytes));
        return json_put(out, object, false, e);
    }
    fprintf(out, "removed %ju result%s, %.1f MB\n", (uintmax_t)entries,
            entries == 1 ? "" : "s", (double)bytes / 1e6);
out:
    return rc;
}

static int path(struct cache *c, bool json, FILE *out, struct err *e)
{
    json_t *object;

    if (json) {
        object = json_object();
        json_add(object, "folder", json_text(cache_folder(c)));
        return json_put(out, object, false, e);
    }
    fprintf(out, "%s\n", cache_folder(c));
    return 0;
}

static int verify(struct cache *c, bool json, FILE *out, struct err *e)
{
    uint64_t sound, damaged;
    json_t *object;
    int rc;

    TRY(cache_verify(c, &sound, &damaged, e));
    if (json) {
        object = json_object();
        json_add(object, "sound", json_integer((json_int_t)sound));
        json_add(object, "damaged", json_integer((json_int_t)damaged));
        TRY(json_put(out, object, false, e));
    } else {
        fprintf(out, "%ju sound, %ju damaged and dropped\n", (uintmax_t)sound,
                (uintmax_t)damaged);
    }
    rc = damaged ? EXIT_FAILED : EXIT_DONE;
out:
    return rc;
}

static int run(const void *options, FILE *out, struct err *e)
{
    static int (*const runs[])(struct cache *, bool, FILE *,
                               struct err *) = {stats, clear, path, verify};
    const struct options *o = options;
    const struct verb *v;
    struct cache *c = NULL;
    int rc;

    TRY(verb_of(verbs, &o->words, &v, e));
    TRY(cache_open_user(&c, e));
    if (!cache_folder(c))
        TRY(err_set(e, ERR_ARG,
                    "there is no folder for it: neither HOME nor "
                    "XDG_CACHE_HOME is set"));
    rc = runs[v - verbs](c, o->json, out, e);
out:
    cache_close(c);
    return rc;
}

const struct command command_cache = {
    .name = "cache",
    .words = "[stats | clear | path | verify]",
    .doc = "Shows and empties the cache of depth maps",
    .help = "Depth maps that a model has made are kept in "
            "$XDG_CACHE_HOME/portal/depth, so that a picture is estimated "
            "once. What has not been used for the longest time goes when the "
            "limit is reached, which PORTAL_CACHE_LIMIT sets (\"2G\"; \"0\" "
            "keeps nothing). A damaged result is found and made again; verify "
            "exits with 1 when it has found one.",
    .verbs = verbs,
    .params = params,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .run = run,
};
