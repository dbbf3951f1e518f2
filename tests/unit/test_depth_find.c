/* Where depth lies, by the names of channels and of files. */

#include "test.h"

#include "run/depth_find.h"
#include "scratch.h"

static void find(const char *channels, const char *layer, const char *want)
{
    struct reader r = {.codec = codec_named("exr"),
                       .pic = {.w = 10, .h = 10, .pages = 1}};
    const struct depth_want w = {.layer = layer};
    struct depth_found f = {0};
    struct err e = {0};

    snprintf(r.pic.channels, sizeof(r.pic.channels), "%s", channels);
    if (!want) {
        assert_int_equal(depth_find(&w, "none.exr", &r, &f, &e), ERR_ARG);
        assert_non_null(strstr(e.text, "portal models pull"));
        assert_non_null(strstr(e.text, "--depth none"));
        assert_non_null(strstr(e.text, "none_depth.png"));
        return;
    }
    assert_int_equal(depth_find(&w, "none.exr", &r, &f, &e), 0);
    assert_int_equal(f.place, DEPTH_IN_CHANNEL);
    assert_string_equal(f.layer, want);
    assert_string_equal(f.path, "none.exr");
    depth_found_release(&f);
}

TEST(channels_of_depth_have_many_names)
{
    static const char views[] = "A.Beauty.R,A.Depth.Z,B.Beauty.R,B.Depth.Z";

    find("R,G,B,N.X,N.Y,N.Z,Z,id", NULL, "Z");
    find("B,G,R,ViewLayer.Depth.Z,ViewLayer.Normal.X,ViewLayer.Normal.Y,"
         "ViewLayer.Normal.Z",
         NULL, "ViewLayer.Depth.Z");
    find("R,G,B,depth.V", NULL, "depth.V");
    find("B,G,R,VRayZDepth.V,VRayZDepth.X", NULL, "VRayZDepth.V");
    find("R,G,B,A,zDepth", NULL, "zDepth");
    find("R,G,B,beauty.depth", NULL, "beauty.depth");
    find("B,G,R,CGeometry_ZDepth", NULL, "CGeometry_ZDepth");
    find("B,G,R,World_Depth.A,World_Depth.B", NULL, "World_Depth.B");
    find("B,G,R,Z.V", NULL, "Z.V");
    find("B,G,R,CMasking_ZDepth,Z", NULL, "Z");
    find(views, NULL, "A.Depth.Z");
    find(views, "B.Beauty", "B.Depth.Z");
    find("R,G,B,N.X,N.Y,N.Z", NULL, NULL);
    find("R,G,B,X,Y,Z", NULL, NULL);
    find("R,G,B,Depth.A", NULL, NULL);
    find("", NULL, NULL);
}

TEST(a_file_beside_is_found_and_a_channel_comes_first)
{
    static const char *const names[] = {
        "b_Z.tiff",    "b_ZDEPTH.JPG", "b_zDepth.PNG", "b_zdepth.tif",
        "b_depth.jpg", "b_depth.png",  "b_depth.exr"};
    struct reader r = {.codec = codec_named("exr"),
                       .pic = {.w = 10, .h = 10, .pages = 1}};
    const struct depth_want w = {.depth = "auto"};
    struct depth_found f = {0};
    struct err e = {0};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        FILE *made = fopen(names[i], "w");

        assert_non_null(made);
        fclose(made);
        assert_int_equal(depth_find(&w, "b.jpg", &r, &f, &e), 0);
        assert_int_equal(f.place, DEPTH_IN_FILE);
        assert_string_equal(f.path, names[i]);
        depth_found_release(&f);
    }
    fclose(fopen("s_depth.0012.exr", "w"));
    fclose(fopen("s.0012.tif", "w"));
    assert_int_equal(depth_find(&w, "s.0012.tif", &r, &f, &e), 0);
    assert_string_equal(f.path, "s_depth.0012.exr");
    assert_true(depth_is_beside(f.path) && depth_is_named("t_Z_100.png"));
    depth_found_release(&f);
    strcpy(r.pic.channels, "R,G,B,Z");
    assert_int_equal(depth_find(&w, "b.exr", &r, &f, &e), 0);
    assert_int_equal(f.place, DEPTH_IN_CHANNEL);
    depth_found_release(&f);
}

TESTS_EACH(enter, leave, channels_of_depth_have_many_names,
           a_file_beside_is_found_and_a_channel_comes_first)
