#ifndef CK_TEXTURE_H
#define CK_TEXTURE_H

/* Codes of local texture (SignalAnalysis): the signs of eight filters at every place of a
   256 × 256 plane. */

#include <stdint.h>

/* The widest window. */
#define FK_WINDOW 15

/* Adds to counts[code], 256 of them, for every place where the window lies within the plane. Bit k
   of the code is set where the response of filter k is above the threshold.

   filters: 8 × window × window, window odd, at most FK_WINDOW. Whole numbers, so that the sums are
   exact in single precision and every processor gives the same codes: a filter's sizes sum to less
   than 2^24 / 255. */
void fk_sign_codes(
    const int16_t *plane, const float *filters, int window, float threshold, uint32_t *counts);

#endif
