#include <string.h>

#include "CTransformerKernels.h"
#include "ct_math.h"

/* Rows that the horizontal pass takes at once, one a vector lane. */
#define ROWS 16
#define BITS 22

CT_INLINE uint8_t clip(int32_t sum) {
  sum >>= BITS;
  return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

CT_CLONES void ct_resample_columns(
    const uint8_t *in, size_t stride, size_t rows, size_t channels, size_t low, size_t high,
    const ct_taps *taps, const int32_t *weights, size_t kernel, size_t columns, uint8_t *out,
    uint8_t *scratch) {
  const size_t used = (high - low) * channels;
  for (size_t y = 0; y < rows; y += ROWS) {
    const size_t count = rows - y < ROWS ? rows - y : ROWS;
    for (size_t r = 0; r < ROWS; r++) {
      const uint8_t *restrict row = in + (y + (r < count ? r : 0)) * stride + low * channels;
      for (size_t i = 0; i < used; i++) scratch[i * ROWS + r] = row[i];
    }
    for (size_t x = 0; x < columns; x++) {
      const int32_t *w = weights + x * kernel;
      for (size_t c = 0; c < channels; c++) {
        const uint8_t *restrict from = scratch + ((taps[x].first - low) * channels + c) * ROWS;
        int32_t sum[ROWS];
        for (size_t r = 0; r < ROWS; r++) sum[r] = 1 << (BITS - 1);
        for (size_t k = 0; k < taps[x].count; k++, from += channels * ROWS)
          for (size_t r = 0; r < ROWS; r++) sum[r] += w[k] * from[r];
        for (size_t r = 0; r < count; r++)
          out[((y + r) * columns + x) * channels + c] = clip(sum[r]);
      }
    }
  }
}

CT_CLONES void ct_resample_row(
    const uint8_t *in, size_t stride, size_t count, const int32_t *weights, size_t taps,
    uint8_t *out) {
  enum { WIDE = 64 };
  for (size_t x = 0; x < count; x += WIDE) {
    const size_t left = count - x < WIDE ? count - x : WIDE;
    int32_t sum[WIDE];
    for (size_t i = 0; i < WIDE; i++) sum[i] = 1 << (BITS - 1);
    if (left == WIDE) {
      for (size_t k = 0; k < taps; k++) {
        const uint8_t *restrict from = in + k * stride + x;
        for (size_t i = 0; i < WIDE; i++) sum[i] += weights[k] * from[i];
      }
    } else {
      for (size_t k = 0; k < taps; k++) {
        const uint8_t *restrict from = in + k * stride + x;
        for (size_t i = 0; i < left; i++) sum[i] += weights[k] * from[i];
      }
    }
    for (size_t i = 0; i < left; i++) out[x + i] = clip(sum[i]);
  }
}
