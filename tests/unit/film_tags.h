#ifndef UNIT_FILM_TAGS_H
#define UNIT_FILM_TAGS_H

/* Colours of films by their tags. After cmocka.h. */

#include "codec/video_color.h"

enum { U = 2 }; /* not stated */

static inline struct video_info film(int w, int h, int p, int t, int m)
{
    return (struct video_info){
        .w = w,
        .h = h,
        .fmt = {.colors = FRAME_YUV, .bits = 10, .ssx = 1, .ssy = 1},
        .color = {p, t, m, -1, -1},
    };
}

static inline struct film_color read_it(const struct video_info *info,
                                        const char *assume)
{
    struct film_color c = {0};
    struct err e = {0};

    if (film_color_read(info, assume, &c, &e) < 0)
        fail_msg("%s", e.text);
    return c;
}

static inline struct film_color named(const char *name, double peak)
{
    const struct frame_format f = {.colors = FRAME_YUV, .bits = 10};
    struct film_color c = {0};
    struct err e = {0};

    if (film_color_for(name, &f, peak, &c, &e) < 0)
        fail_msg("%s", e.text);
    return c;
}

static inline struct film_color tagged(int p, int t, int m)
{
    const struct video_info info = film(1920, 1080, p, t, m);

    return read_it(&info, NULL);
}

#endif
