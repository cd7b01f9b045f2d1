#ifndef CK_COLOUR_H
#define CK_COLOUR_H

/* Colour counts of 256 × 256 RGB views (SignalAnalysis); integers throughout. */

#include <stdint.h>

enum fk_colour_channel {
  FK_RED = 0,
  FK_GREEN = 1,
  FK_BLUE = 2,
  FK_LUMA = 3,
  FK_BLUE_CHROMA = 4,
  FK_RED_CHROMA = 5,
  FK_SATURATION = 6, /* 255 (max − min) / max, rounded down; 0 for black */
  FK_VALUE = 7,      /* max(R, G, B) */
  FK_RANGE = 8,      /* max − min */
  FK_LEAST = 9,      /* min(R, G, B) */
  FK_COLOUR_CHANNELS = 10
};

/* histograms[channel * 256 + value], and how many pixels fall into each of 4096 cells of RGB
   (four bits a channel) and of the 64 × 64 cells of (Cb, Cr). `planes` as fk_colour_planes
   makes them. */
void fk_colour_histograms(
    const uint8_t *rgb, const int16_t *planes, uint32_t *histograms, uint32_t *rgb_cells,
    uint32_t *chroma_cells);

/* Horizontal differences g of the six channels R, G, B, Y, Cb, Cr: sums[c] of |g|, and
   products[a * 6 + b] of g_a g_b, a ≤ b. */
void fk_gradient_products(
    const uint8_t *rgb, const int16_t *planes, int64_t *sums, int64_t *products);

#endif
