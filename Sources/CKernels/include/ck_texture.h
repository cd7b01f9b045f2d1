#ifndef CK_TEXTURE_H
#define CK_TEXTURE_H

/* Codes of local texture (SignalAnalysis), counted over a 256 × 256 plane. */

#include <stdint.h>

/* Adds to counts[code], 256 of them, for every place whose eight neighbours lie within the plane.
   Bit k of the code is set where neighbour k, row by row, is above the place. */
void fk_neighbour_codes(const int16_t *plane, uint32_t *counts);

/* The widest window of fk_phase_codes, and the sums that it takes of a window. Each is even or odd
   along either axis: what its filter weighs alike is added, or subtracted, before it is weighed. */
#define FK_PHASE_WINDOW 7
#define FK_PHASE_REACH 4
enum {
  FK_ACROSS_COSINE, FK_ACROSS_SINE, FK_DOWN_COSINE, FK_DOWN_SINE,
  /* Of the two diagonal waves: half the sum and half the difference of their cosines' filters (even
     along both axes, and odd along both), then of their sines' (odd down, and odd across). */
  FK_COSINES_EVEN, FK_COSINES_ODD, FK_SINES_DOWN, FK_SINES_ACROSS,
  FK_PHASE_SUMS
};

/* The same for every place where the window, 3, 5 or 7 wide, lies within the plane. Bit k is set where
   the response of filter k is above half the threshold: the waves across, down and along the two
   diagonals, of each the cosine and the sine.

   weights: FK_PHASE_SUMS × FK_PHASE_REACH × FK_PHASE_REACH, twice the filters' values at the window's
   middle, to the right of it and below. Whole numbers, so that the sums are exact in single precision
   and every processor gives the same codes: a filter's sizes sum to less than 2^24 / 512. */
void fk_phase_codes(
    const int16_t *plane, const float *weights, int window, float threshold, uint32_t *counts);

#endif
