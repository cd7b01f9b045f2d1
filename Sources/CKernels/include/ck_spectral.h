#ifndef CK_SPECTRAL_H
#define CK_SPECTRAL_H

/* Spectra and block transforms of 256 × 256 views (SignalAnalysis). The same bits on every
   processor: no fused operations, no reordering, no libm. */

#include <stdint.h>

/* picture = clamp(residual, ±limit) · window(y) · window(x); 256 window values. */
void fk_windowed(const int16_t *residual, int limit, const float *window, float *picture);

/* Base-2 logarithm in place, absolute error below 1e-5; values below 1e-30 count as 1e-30. */
void fk_log2(float *values, int count);

/* sums[bands[i]] += values[i], in order. */
void fk_band_sums(const float *values, const uint8_t *bands, int count, float *sums);

/* The orthonormal 8 × 8 DCT-II of every aligned block of a 256 × 256 plane. For each of the 64
   modes (vertical frequency · 8 + horizontal): the sum of |c|, the sum of c², the count of
   |c| < 1.5 and of |c| < 6. sums[mode · 4 + k]. */
void fk_block_statistics(const int16_t *plane, float *sums);

#endif
