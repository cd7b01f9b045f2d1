#ifndef IC_WEBP_H
#define IC_WEBP_H

#include "ic_outcome.h"

/* Decodes the first picture of a WebP file to interleaved samples, `height` rows of
 * `channels` * `width` bytes (the canvas, where the file has one): RGB (3), alpha composited over
 * white, or RGBA (4) as it is. Rows never reached are white. */
void ic_webp_decode(const uint8_t *data, size_t size, uint32_t width, uint32_t height,
                    bool animated, uint32_t channels, uint8_t *out, ic_outcome *outcome);

/* Encodes 3-channel samples; `quality` 0...100, or negative for lossless. The buffer is released
 * by `ic_webp_free`; NULL on failure. */
uint8_t *ic_webp_encode(const uint8_t *rgb, uint32_t width, uint32_t height, float quality,
                        size_t *size);

void ic_webp_free(void *buffer);

#endif
