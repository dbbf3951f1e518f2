#include "test.h"

#include "base/mem.h"
#include "image/meta.h"
#include "image/patch.h"
#include "outside.h"

static struct err e;

/* As the phone writes it (Ultra HDR 1.1), shortened. */
static const char ultra[] =
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
    "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
    "<rdf:Description rdf:about=\"\""
    " xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\""
    " xmlns:C=\"http://ns.google.com/photos/1.0/container/\""
    " xmlns:Item=\"http://ns.google.com/photos/1.0/container/item/\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
    " hdrgm:Version=\"1.0\" dc:source=\"hdrgm:Version of it\">"
    "<C:Directory><rdf:Seq><rdf:li rdf:parseType=\"Resource\">"
    "<C:Item Item:Semantic=\"Primary\" Item:Mime=\"image/jpeg\"/></rdf:li>"
    "<rdf:li rdf:parseType=\"Resource\"><C:Item Item:Semantic=\"GainMap\""
    " Item:Mime=\"image/jpeg\" Item:Length=\"37\"/></rdf:li></rdf:Seq>"
    "</C:Directory><hdrgm:GainMapMax>2.5</hdrgm:GainMapMax>"
    "<hdrgm:Gamma/></rdf:Description></rdf:RDF></x:xmpmeta>";

static bool says(const struct blob *xmp, const char *text)
{
    return memmem(xmp->data, xmp->len, text, strlen(text)) != NULL;
}

static int lines_of(const struct ledger *l, const char *what, const char *fate)
{
    int n = 0;

    for (int i = 0; i < l->count; i++)
        n += !strcmp(l->line[i].what, what) && !strcmp(l->line[i].fate, fate);
    return n;
}

TEST(no_gain_map_is_left_to_lie)
{
    struct ledger l = {0};
    struct meta *m;
    char text[2000];

    assert_int_equal(meta_new(&m, &e), 0);
    blob_set(&m->xmp, ultra, strlen(ultra), &e);
    meta_add_item(m, "jpeg", "APP2:MPF", "", "x", 1, &e);
    meta_add_item(m, "jpeg", "COM", "", "y", 1, &e);
    meta_add_item(m, "jpeg", "APP2:ISO21496", "", "", 0, &e);
    assert_int_equal(meta_update(m, KEEP_ALL, 0, 0, false, false, &l, &e), 0);
    assert_int_equal(m->item_count, 1);
    assert_string_equal(m->items[0].key, "COM");
    assert_false(says(&m->xmp, "GainMap"));
    assert_false(says(&m->xmp, "hdrgm:Version=\""));
    assert_false(says(&m->xmp, "Directory"));
    assert_false(says(&m->xmp, "Gamma"));
    assert_true(says(&m->xmp, "\"hdrgm:Version of it\""));
    assert_int_equal(lines_of(&l, "gain map", "dropped"), 1);
    assert_int_equal(lines_of(&l, "APP2:MPF", "dropped"), 1);
    assert_int_equal(lines_of(&l, "xmp", "rewritten"), 1);
    if (have("exiftool")) {
        FILE *f = fopen("ultra.xmp", "wb");

        fwrite(m->xmp.data, 1, m->xmp.len, f);
        fclose(f);
        sh_text(text, sizeof(text),
                "exiftool -s -G1 -x System:All -x File:All ultra.xmp");
        assert_non_null(strstr(text, "hdrgm:Version of it"));
        assert_null(strstr(text, "Error"));
        assert_null(strstr(text, "Warning"));
        assert_null(strstr(text, "GainMap"));
    }
    ledger_release(&l);
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

TEST(chunks_tied_to_the_pixels_go_with_them)
{
    static const char *const keys[] = {"sBIT", "teSt", "tesT", "caBX",
                                       "iCCP", "tEXt", "bKGD", "tIME"};
    struct meta *m;

    assert_int_equal(meta_new(&m, &e), 0);
    for (size_t i = 0; i < 8; i++)
        meta_add_item(m, "png", keys[i], "", "x", 1, &e);
    assert_int_equal(meta_update(m, KEEP_ALL, 0, 0, false, false, NULL, &e), 0);
    assert_int_equal(m->item_count, 7); /* no signature of another file */
    assert_int_equal(meta_update(m, KEEP_ALL, 0, 0, false, true, NULL, &e), 0);
    assert_int_equal(m->item_count, 5);
    assert_string_equal(m->items[0].key, "teSt");
    assert_string_equal(m->items[1].key, "iCCP");
    assert_string_equal(m->items[4].key, "tIME");
    assert_int_equal(meta_update(m, 0, 0, 0, false, true, NULL, &e), 0);
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

TEST(items_of_other_formats_are_named_and_left)
{
    struct ledger l = {0};
    struct meta *m;

    assert_int_equal(meta_new(&m, &e), 0);
    meta_add_item(m, "png", "tEXt", "", "x", 1, &e);
    meta_add_item(m, "png", "IHDR", "", "x", 1, &e);
    meta_add_item(m, "jpeg", "COM", "", "x", 1, &e);
    assert_int_equal(meta_keep_format(m, "jpeg", &l, &e), 0);
    assert_int_equal(m->item_count, 1);
    assert_string_equal(m->items[0].key, "COM");
    assert_int_equal(l.count, 1);
    assert_string_equal(l.line[0].what, "tEXt");
    assert_string_equal(l.line[0].why, "only png holds it");
    ledger_release(&l);
    meta_free(m);
    assert_int_equal(mem_used(), 0);
}

TEST(any_bytes_are_survived)
{
    const size_t n = strlen(ultra);

    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++) {
            struct blob b = {0};

            blob_set(&b, ultra, k == 2 ? i : n, &e);
            if (k < 2)
                b.data[i] = k ? '"' : '>';
            xmp_remove(&b, "http://ns.adobe.com/hdr-gain-map/1.0/", "");
            xmp_remove(&b, "http://ns.google.com/photos/1.0/container/",
                       "Directory");
            assert_true(b.len <= n);
            blob_clear(&b);
        }
    assert_int_equal(mem_used(), 0);
}

TESTS(no_gain_map_is_left_to_lie, chunks_tied_to_the_pixels_go_with_them,
      items_of_other_formats_are_named_and_left, any_bytes_are_survived)
