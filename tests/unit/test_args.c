/* Command lines: every form of an option, and what must be refused. */

#include "test.h"

#include "base/mem.h"
#include "cli/args.h"

struct options {
    struct text_list words, looks, steps;
    const char *output;
    float amount;
    int mode, threads, hidden;
    bool json, dry_run;
};

static const char *const modes[] = {"slow", "fast", NULL};

static const struct param params[] = {
    P_FLOAT(options, amount, .lo = -1, .hi = 1, .def = 0.5, .doc = "a"),
    P_CHOICE(options, mode, .names = modes, .doc = "m"),
    P_INT(options, threads, .lo = 0, .hi = 9, .doc = "t"),
    P_INT(options, hidden, .lo = 0, .hi = 9),
    P_BOOL(options, json, .doc = "j"),
    P_BOOL(options, dry_run, .doc = "n"),
    P_END,
};

static const struct flag flags[] = {
    {"look", "NAME", "l", offsetof(struct options, looks), true, WORD_LOOK},
    {"output", "FILE", "o", offsetof(struct options, output), false, WORD_FILE},
    {0},
};

static const struct letter letters[] = {
    {'n', "dry_run"}, {'J', "json"}, {'o', "output"},
    {'t', "threads"}, {'l', "look"}, {0, NULL},
};

static const struct command command = {
    .name = "try",
    .params = params,
    .flags = flags,
    .letters = letters,
    .size = sizeof(struct options),
    .words_at = offsetof(struct options, words),
    .steps_at = offsetof(struct options, steps),
};

enum { WORDS_MAX = 16 };

/* The line is cut at blanks; the pieces live in `room`. */
static int parse(const char *line, char *room, struct args *a, struct err *e)
{
    char *argv[WORDS_MAX];
    int argc = 0;

    memcpy(room, line, strlen(line) + 1);
    for (char *s = strtok(room, " "); s; s = strtok(NULL, " "))
        argv[argc++] = s;
    return args_parse(&command, argc, argv, a, e);
}

TEST(every_form_sets_the_same_values)
{
    static const char *const lines[] = {
        "--amount 0.25 --mode fast --threads 3 --json --dry-run -o out in",
        ("--amount=0.25 --mode=fast --threads=3 --json=on --dry_run in "
         "--output=out"),
        "in -nJ -t3 -oout --amount=.25 --mode=FAST",
        "-nJt 3 -o=out --amount 1 --amount 25e-2 --mode fast -- in",
        "-Jnoout -t=3 --no-dry-run --dry-run --mode fast --amount 0.25 in",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct args a;
        struct err e = {0};
        char room[200];
        const struct options *o;

        if (parse(lines[i], room, &a, &e) < 0)
            fail_msg("%s: %s", lines[i], e.text);
        o = a.values;
        assert_true(o->amount == 0.25f);
        assert_int_equal(o->mode, 1);
        assert_int_equal(o->threads, 3);
        assert_true(o->json && o->dry_run);
        assert_string_equal(o->output, "out");
        assert_int_equal(o->words.count, 1);
        assert_string_equal(o->words.item[0], "in");
        args_release(&a);
    }
}

TEST(nothing_given_leaves_the_defaults)
{
    struct args a;
    struct err e = {0};
    const struct options *o;

    assert_int_equal(args_parse(&command, 0, NULL, &a, &e), 0);
    o = a.values;
    assert_true(o->amount == 0.5f && !o->json && !o->output);
    assert_int_equal(o->words.count + o->looks.count + o->steps.count, 0);
    args_release(&a);
}

TEST(lists_and_steps_keep_their_order)
{
    char room[200];
    struct args a;
    struct err e = {0};
    const struct options *o;

    assert_int_equal(parse("--look a x --exposure.ev 1 -lb - --look=c "
                           "--white-balance.kelvin=5000 --exposure#2.ev -1 "
                           "-- --json",
                           room, &a, &e),
                     0);
    o = a.values;
    assert_int_equal(o->looks.count, 3);
    assert_string_equal(o->looks.item[0], "a");
    assert_string_equal(o->looks.item[1], "b");
    assert_string_equal(o->looks.item[2], "c");
    assert_int_equal(o->steps.count, 3);
    assert_string_equal(o->steps.item[0], "exposure.ev=1");
    assert_string_equal(o->steps.item[1], "white-balance.kelvin=5000");
    assert_string_equal(o->steps.item[2], "exposure#2.ev=-1");
    assert_int_equal(o->words.count, 3);
    assert_string_equal(o->words.item[1], "-");
    assert_string_equal(o->words.item[2], "--json");
    assert_false(o->json);
    args_release(&a);
}

TEST(wrong_lines_are_refused_and_explained)
{
    static const struct {
        const char *line, *why;
    } wrong[] = {
        {"--amout 1", "unknown option '--amout', did you mean '--amount'?"},
        {"--dry-rum", "did you mean '--dry-run'?"},
        {"--hiden=1", "'portal try --help' lists all"},
        {"--zzzzzzzz", "'portal try --help' lists all"},
        {"-z", "unknown option '-z'"},
        {"-nz", "unknown option '-z'"},
        {"--amount", "'--amount' needs a value"},
        {"-o", "'-o' needs a value"},
        {"--exposure.ev", "needs a value"},
        {"--amount 2", "allowed is -1 … 1"},
        {"--mode quick", "allowed is slow|fast"},
        {"--json=maybe", "on|off"},
        {"--no-amount", "unknown option"},
        {"--exposure 1", "is an operation"},
        {"--=", "unknown option"},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        const size_t before = mem_used();
        struct args a;
        struct err e = {0};
        char room[200];

        assert_int_equal(parse(wrong[i].line, room, &a, &e), ERR_ARG);
        if (!strstr(e.text, wrong[i].why))
            fail_msg("%s: '%s' does not say '%s'", wrong[i].line, e.text,
                     wrong[i].why);
        assert_int_equal(mem_used(), before);
    }
}

TEST(help_is_seen_anywhere_but_behind_the_dashes)
{
    static const struct {
        const char *line;
        bool help;
    } lines[] = {
        {"--help", true}, {"a -h", true}, {"-nh", true}, {"-- --help", false}};

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct args a;
        struct err e = {0};
        char room[200];

        assert_int_equal(parse(lines[i].line, room, &a, &e), 0);
        assert_int_equal(a.help, lines[i].help);
        args_release(&a);
    }
}

TEST(no_allocation_failure_breaks_it)
{
    for (long n = 1;; n++) {
        struct args a;
        struct err e = {0};
        char room[200];
        int rc;

        mem_fail_at(n);
        rc = parse("--look a --exposure.ev 1 in", room, &a, &e);
        mem_fail_at(0);
        if (rc >= 0) {
            args_release(&a);
            assert_true(n > 3);
            return;
        }
        assert_int_equal(rc, ERR_MEM);
    }
}

TEST(options_are_listed_without_the_hidden_ones)
{
    struct option_line o;
    int n = 0;

    while (option_at(&command, n, &o)) {
        assert_string_not_equal(o.name, "hidden");
        if (!strcmp(o.name, "dry-run"))
            assert_int_equal(o.letter, 'n');
        if (!strcmp(o.name, "amount")) {
            assert_string_equal(o.range, "-1 … 1");
            assert_string_equal(o.def, "0.5");
        }
        n++;
    }
    assert_int_equal(n, 8);
}

TESTS(every_form_sets_the_same_values, nothing_given_leaves_the_defaults,
      lists_and_steps_keep_their_order, wrong_lines_are_refused_and_explained,
      help_is_seen_anywhere_but_behind_the_dashes,
      no_allocation_failure_breaks_it,
      options_are_listed_without_the_hidden_ones)
