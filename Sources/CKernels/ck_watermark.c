#include "ck_watermark.h"
#include "ck_clones.h"

#include <stddef.h>

/* Values on the border between two bits are common, and their rounding decides. */
#pragma STDC FP_CONTRACT OFF

enum { BLOCK = 8, RUN = 32 };
/* The Haar filter's tap, applied down and then across as PyWavelets does. */
#define HALF 0.7071067811865476

/* U of BT.601 as OpenCV computes it for 8 bits: fixed point of 14 bits, rounded. */
static inline __attribute__((always_inline)) int chroma(const uint8_t *p) {
  const int luma = (p[0] * 4899 + p[1] * 9617 + p[2] * 1868 + (1 << 13)) >> 14;
  const int u = ((p[2] - luma) * 8061 + (128 << 14) + (1 << 13)) >> 14;
  return u < 0 ? 0 : u > 255 ? 255 : u;
}

CK_CLONES
static void run_of_blocks(const uint8_t *rgb, int width, int count, uint8_t *bits) {
  double largest[RUN];
  uint8_t above[RUN * BLOCK], below[RUN * BLOCK];
  for (int c = 0; c < count; c++) largest[c] = -1;
  for (int i = 0; i < BLOCK / 2; i++) {
    const uint8_t *top = rgb + (size_t)6 * i * width, *bottom = top + (size_t)3 * width;
    for (int x = 0; x < count * BLOCK; x++) above[x] = (uint8_t)chroma(top + 3 * x);
    for (int x = 0; x < count * BLOCK; x++) below[x] = (uint8_t)chroma(bottom + 3 * x);
    double low[RUN * BLOCK / 2];
    for (int x = 0; x < count * BLOCK / 2; x++) {
      const double left = HALF * below[2 * x] + HALF * above[2 * x];
      const double right = HALF * below[2 * x + 1] + HALF * above[2 * x + 1];
      low[x] = HALF * right + HALF * left;
    }
    for (int c = 0; c < count; c++)
      for (int j = i == 0 ? 1 : 0; j < BLOCK / 2; j++)
        largest[c] = low[4 * c + j] > largest[c] ? low[4 * c + j] : largest[c];
  }
  for (int c = 0; c < count; c++) {
    /* The subtraction is exact; the quotient may have been rounded up to the next. */
    const double rest = largest[c] - 36.0 * (int)(largest[c] / 36.0);
    bits[c] = rest < 0 || (rest > 18 && rest < 36);
  }
}

void wk_bits(const uint8_t *rgb, int width, int columns, int rows, uint8_t *bits) {
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column += RUN)
      run_of_blocks(rgb + ((size_t)row * BLOCK * width + (size_t)column * BLOCK) * 3, width,
                    columns - column < RUN ? columns - column : RUN,
                    bits + (size_t)row * columns + column);
}
