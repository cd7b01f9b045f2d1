/* The input of the pixel network. */
#ifndef CK_RESIDUAL_H
#define CK_RESIDUAL_H

#include <stddef.h>
#include <stdint.h>

/* What a 3 x 3 binomial blur (1 2 1 by 1 2 1, of sum 16) takes away of `rgb` (width x height x 3),
 * divided by `range` levels and held within -1...1: three planes of width x height floats. Samples
 * beyond an edge repeat the edge. Needs width, height >= 1, range > 0. */
void fk_binomial_residual(const uint8_t *rgb, size_t width, size_t height, float range,
                          float *planes);

#endif
