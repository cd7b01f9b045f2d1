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

/* One vote for each pixel that lies in 64 windows of 8 x 8 (ZERO: Nikoukhah et al., 2021): which
 * window's DCT has the most coefficients below one half, as x + 8 * y of its first pixel, each modulo
 * 8; -1 for a tie, and where a window is constant along an axis: strong compression leaves blocks of
 * their mean alone, and the window that lies across four of them has zeros by its symmetry.
 * The vote of the pixel (x + 7, y + 7) is votes[y * (width - 7) + x] for x < width - 14 and
 * y < height - 14; what else is in the (width - 7) * (height - 7) bytes means nothing. `tallies` are
 * the votes for each of the 64 places. Both sides at least 15. */
void hk_grid_votes(const uint8_t *luma, int width, int height, int8_t *votes, uint32_t *tallies);

/* For each tile of 8 x 8, ((width - 7) / 8) * ((height - 7) / 8), the share of its pixels that voted
 * against a place less the share that voted for it. */
void hk_grid_map(const int8_t *votes, int width, int height, int8_t place, float *tiles);

/* The mean size of the diagonal Haar detail in each cell of 8 x 8, (width / 8) * (height / 8). */
void hk_noise(const uint8_t *luma, int width, int height, float *cells);

/* Sorts numbers, none of which is NaN, from the least; `spare` holds as many. */
void hk_sort_floats(float *values, float *spare, size_t count);

#endif
