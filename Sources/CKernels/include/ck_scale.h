/* Area averaging of interleaved 8-bit pictures. */
#ifndef CK_SCALE_H
#define CK_SCALE_H

#include <stddef.h>
#include <stdint.h>

/* Scales `in` (width x height x channels) down to `out` (out_width x out_height x channels): every
 * output sample is the mean of the input area it covers, edges weighted by their share in 1/256.
 * Needs 1 <= out_width <= width <= 65535, the same for heights, 1 <= channels <= 4, and `scratch`
 * of width * channels uint32_t. Rounds half up. */
void fk_scale_area(const uint8_t *in, uint32_t width, uint32_t height, uint32_t channels,
                   uint8_t *out, uint32_t out_width, uint32_t out_height, uint32_t *scratch);

/* Half as wide and high, each sample the mean of 2 x 2, rounded half up. An odd last column or row is
 * left out; a single one is taken twice. 1 <= channels <= 4. */
void fk_halve(const uint8_t *in, int width, int height, int channels, uint8_t *out);

/* sums[i] += weight * samples[i], each rounded by itself: the same bits on every processor. */
void fk_add_weighted(const uint8_t *samples, size_t count, float weight, float *sums);

#endif
