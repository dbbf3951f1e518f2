/* Tone and noise. */

#include "film.h"

float film(float light)
{
    const float x = powf(clampf(light, 0, 40), 1.45f);
    const float y = x / (x + 0.40f) * 1.0019f;
    const float d = y < 0.0031308f ? 12.92f * y
                                   : 1.055f * powf(y, 1 / 2.4f) - 0.055f;

    return clampf(d, 0, 1);
}

float film_noise(float light, float sigma, uint32_t key)
{
    struct dice dice = {.key = key};
    const float a = maxf(roll(&dice), 1e-7f), b = roll(&dice);
    const float normal = sqrtf(-2 * logf(a)) * cosf(6.2831853f * b);

    return light + sigma * sqrtf(maxf(light, 0) + 0.01f) * normal;
}
