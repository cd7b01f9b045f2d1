#ifndef CK_TRACES_H
#define CK_TRACES_H

#include <stddef.h>
#include <stdint.h>

/* Luma (BT.601) of interleaved RGB. */
void hk_luma(const uint8_t *rgb, size_t pixels, uint8_t *luma);

/* What quantising each block once more would change: for each of `tables` tables of 64 steps, the
 * mean square over the block's 64 values, `blocks` values a table. By Parseval's theorem it is the
 * mean square difference of the pixels. `steps` are the coefficients' own. */
void hk_requantise(const int16_t *values, size_t blocks, const float *steps, const float *tables,
                   int count, float *errors);

/* One vote for each tile of 8 x 8 pixels whose 64 windows all lie inside: which window's DCT has
 * the most coefficients below one half, as x + 8 * y of its corner in the tile; -1 for a tie or
 * where the windows are flat. ((width - 8 + 1) / 8) * ((height - 8 + 1) / 8) votes. */
void hk_grid_votes(const uint8_t *luma, int width, int height, int8_t *votes);

/* The mean size of the diagonal Haar detail in each cell of 8 x 8, (width / 8) * (height / 8). */
void hk_noise(const uint8_t *luma, int width, int height, float *cells);

/* Sorts numbers, none of which is NaN, from the least; `spare` holds as many. */
void hk_sort_floats(float *values, float *spare, size_t count);

#endif
