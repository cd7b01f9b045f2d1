#include "ck_scale.h"
#include "ck_clones.h"

#include <stdlib.h>
#include <string.h>

/* The input interval of output cell `index`: whole cells first...last, the outer two weighted. */
typedef struct {
  uint32_t first, last;
  uint32_t first_weight, last_weight;
} interval;

static interval cover(uint32_t index, uint32_t in, uint32_t out) {
  const uint64_t start = (uint64_t)index * in * 256 / out;
  const uint64_t end = ((uint64_t)index + 1) * in * 256 / out;
  interval result;
  result.first = (uint32_t)(start / 256);
  result.last = (uint32_t)((end - 1) / 256);
  if (result.first == result.last) {
    result.first_weight = result.last_weight = (uint32_t)(end - start);
  } else {
    result.first_weight = 256 - (uint32_t)(start & 255);
    result.last_weight = (uint32_t)(end - 256 * (uint64_t)result.last);
  }
  return result;
}

static inline uint32_t weight(const interval *interval, uint32_t index) {
  if (index == interval->first) return interval->first_weight;
  return index == interval->last ? interval->last_weight : 256;
}

/* 256 * 255 * 65535 fits 32 bits. */
CK_CLONES
static void add_row(uint32_t *restrict sum, const uint8_t *restrict row, size_t count,
                    uint32_t weight) {
  for (size_t i = 0; i < count; i++) sum[i] += row[i] * weight;
}

/* One output row from a row of sums. Inlined for one channel and for three, the usual cases, whose
 * totals then stay in registers. `cells` may be NULL. */
__attribute__((always_inline))
static inline void narrow(const uint32_t *restrict sum, const interval *restrict cells,
                          uint32_t width, uint32_t channels, uint8_t *restrict out,
                          uint32_t out_width, uint64_t row_weight) {
  uint64_t last_weights = 0;
  double scale = 0;
  for (uint32_t x = 0; x < out_width; x++) {
    const interval columns = cells != NULL ? cells[x] : cover(x, width, out_width);
    const uint32_t *cell = sum + (size_t)columns.first * channels;
    const uint32_t *last = sum + (size_t)columns.last * channels;
    uint64_t total[4] = {0, 0, 0, 0};
    uint64_t weights = columns.first_weight;
    for (uint32_t c = 0; c < channels; c++) total[c] = (uint64_t)columns.first_weight * cell[c];
    if (last != cell) {
      uint64_t whole[4] = {0, 0, 0, 0};
      for (cell += channels; cell != last; cell += channels) {
        for (uint32_t c = 0; c < channels; c++) whole[c] += cell[c];
      }
      weights += columns.last_weight + 256 * (uint64_t)(columns.last - columns.first - 1);
      for (uint32_t c = 0; c < channels; c++)
        total[c] += 256 * whole[c] + (uint64_t)columns.last_weight * last[c];
    }
    /* Columns have one of two widths: the division is seldom needed again. */
    if (weights != last_weights) scale = 1.0 / ((double)weights * (double)row_weight);
    last_weights = weights;
    /* Totals stay far below 2^63, and signed numbers convert faster. */
    for (uint32_t c = 0; c < channels; c++)
      out[(size_t)x * channels + c] = (uint8_t)(int32_t)((double)(int64_t)total[c] * scale + 0.5);
  }
}

/* The intervals of all columns are worked out once, where there is memory to keep them. */
static interval *all_columns(uint32_t width, uint32_t out_width) {
  interval *cells = malloc((size_t)out_width * sizeof *cells);
  if (cells == NULL) return NULL;
  for (uint32_t x = 0; x < out_width; x++) cells[x] = cover(x, width, out_width);
  return cells;
}

void fk_scale_area(const uint8_t *in, uint32_t width, uint32_t height, uint32_t channels,
                   uint8_t *out, uint32_t out_width, uint32_t out_height, uint32_t *scratch) {
  const size_t stride = (size_t)width * channels;
  interval *cells = all_columns(width, out_width);
  for (uint32_t y = 0; y < out_height; y++) {
    const interval rows = cover(y, height, out_height);
    uint64_t row_weight = 0;
    memset(scratch, 0, stride * sizeof *scratch);
    for (uint32_t i = rows.first; i <= rows.last; i++) {
      const uint32_t share = weight(&rows, i);
      row_weight += share;
      add_row(scratch, in + stride * i, stride, share);
    }
    uint8_t *target = out + (size_t)y * out_width * channels;
    if (channels == 3) {
      narrow(scratch, cells, width, 3, target, out_width, row_weight);
    } else if (channels == 1) {
      narrow(scratch, cells, width, 1, target, out_width, row_weight);
    } else {
      narrow(scratch, cells, width, channels, target, out_width, row_weight);
    }
  }
  free(cells);
}

/* Sums of 2 x 2 samples, from sums of two rows; inlined for the usual three channels. */
static inline __attribute__((always_inline)) void halve_row(
    const uint16_t *sums, int width, int right, int channels, uint8_t *out) {
  for (int x = 0; x < width; x++)
    for (int c = 0; c < channels; c++) {
      const uint16_t *pair = sums + 2 * x * channels + c;
      out[x * channels + c] = (uint8_t)((pair[0] + pair[right] + 2) >> 2);
    }
}

CK_CLONES
void fk_halve(const uint8_t *in, int width, int height, int channels, uint8_t *out) {
  enum { RUN = 1024 };
  uint16_t sums[2 * RUN * 4];
  const size_t row = (size_t)width * channels;
  const int across = width > 1 ? width / 2 : 1, down = height > 1 ? height / 2 : 1;
  /* To the right-hand and the lower neighbour; 0 where there is none. */
  const int right = width > 1 ? channels : 0;
  const size_t below = height > 1 ? row : 0;
  for (int y = 0; y < down; y++)
    for (int x = 0; x < across; x += RUN) {
      const int count = across - x < RUN ? across - x : RUN;
      const int samples = (width > 1 ? 2 * count : 1) * channels;
      const uint8_t *upper = in + 2 * y * row + 2 * (size_t)x * channels, *lower = upper + below;
      for (int i = 0; i < samples; i++) sums[i] = (uint16_t)(upper[i] + lower[i]);
      uint8_t *target = out + ((size_t)y * across + x) * channels;
      if (channels == 3) halve_row(sums, count, right, 3, target);
      else halve_row(sums, count, right, channels, target);
    }
}

CK_CLONES
void fk_add_weighted(
    const uint8_t *restrict samples, size_t count, float weight, float *restrict sums) {
#pragma STDC FP_CONTRACT OFF
  for (size_t i = 0; i < count; i++) sums[i] += weight * (float)samples[i];
}
