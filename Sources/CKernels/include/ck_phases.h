#ifndef CK_PHASES_H
#define CK_PHASES_H

#include <stdint.h>

/* Sizes of a coefficient that are told apart, and frequencies that are looked at: the mean and the
 * lowest across and down. */
enum { HK_PHASE_SIZES = 2048, HK_PHASE_FREQUENCIES = 3 };

/* From one row of counts to the next: with 2048 of them, all rows' counts of one size would lie in one
 * set of a cache, and a store to one would hold up the others. */
enum { HK_PHASE_ROW = HK_PHASE_SIZES + 32 };

/* How often each size of a DCT coefficient occurs in the windows of 8 x 8 that begin at (x, y)
 * modulo 8, for each of the 64 places. One row of windows of `skip` is looked at.
 *
 * counts[((8 * y + x) * HK_PHASE_FREQUENCIES + frequency) * HK_PHASE_ROW + size], where size is the
 * orthonormal coefficient of the luma less 128, rounded, plus 1024; added to, so zero before. At
 * most 65535 windows a place. */
void hk_phase_counts(const uint8_t *luma, int width, int height, int skip, uint16_t *counts);

/* Sums of counts times a function of the size: for each of `rows` rows of counts and
 * each of `periods` rows of HK_PHASE_SIZES numbers, sums[row * periods + period]. */
void hk_phase_sums(const uint16_t *counts, int rows, const float *cosines, int periods, float *sums);

#endif
