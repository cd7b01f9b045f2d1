#include "ck_scale.h"

#include <string.h>

#define CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))

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
CLONES
static void add_row(uint32_t *restrict sum, const uint8_t *restrict row, size_t count,
                    uint32_t weight) {
  for (size_t i = 0; i < count; i++) sum[i] += row[i] * weight;
}

static void narrow(const uint32_t *restrict sum, uint32_t width, uint32_t channels,
                   uint8_t *restrict out, uint32_t out_width, uint64_t row_weight) {
  for (uint32_t x = 0; x < out_width; x++) {
    const interval columns = cover(x, width, out_width);
    uint64_t total[4] = {0, 0, 0, 0};
    uint64_t weights = 0;
    for (uint32_t i = columns.first; i <= columns.last; i++) {
      const uint64_t share = weight(&columns, i);
      weights += share;
      for (uint32_t c = 0; c < channels; c++) total[c] += share * sum[(size_t)i * channels + c];
    }
    const double scale = 1.0 / ((double)weights * (double)row_weight);
    for (uint32_t c = 0; c < channels; c++)
      out[(size_t)x * channels + c] = (uint8_t)((double)total[c] * scale + 0.5);
  }
}

void fk_scale_area(const uint8_t *in, uint32_t width, uint32_t height, uint32_t channels,
                   uint8_t *out, uint32_t out_width, uint32_t out_height, uint32_t *scratch) {
  const size_t stride = (size_t)width * channels;
  for (uint32_t y = 0; y < out_height; y++) {
    const interval rows = cover(y, height, out_height);
    uint64_t row_weight = 0;
    memset(scratch, 0, stride * sizeof *scratch);
    for (uint32_t i = rows.first; i <= rows.last; i++) {
      const uint32_t share = weight(&rows, i);
      row_weight += share;
      add_row(scratch, in + stride * i, stride, share);
    }
    narrow(scratch, width, channels, out + (size_t)y * out_width * channels, out_width,
           row_weight);
  }
}
