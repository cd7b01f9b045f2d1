#include "ck_phases.h"
#include "ck_clones.h"

#include <stddef.h>

/* The picture is gone through in strips of eight windows side by side, so that what is worked on
 * stays in the nearest cache. */
enum { TILES = 8, RUN = 8 * TILES, ROWS = 15 };

/* The lowest frequency's cosines, orthonormal. */
static const float first[8] = {0.49039264f,  0.41573481f,  0.27778512f,  0.09754516f,
                               -0.09754516f, -0.27778512f, -0.41573481f, -0.49039264f};

/* Sum and lowest frequency of every run of eight in a row. */
CK_CLONES
static void along_row(const uint8_t *restrict row, int count, float *restrict sum,
                      float *restrict slope) {
  for (int x = 0; x < count; x++) {
    float s = 0, d = 0;
    for (int k = 0; k < 8; k++) {
      s += row[x + k];
      d += first[k] * row[x + k];
    }
    sum[x] = s;
    slope[x] = d;
  }
}

/* The three sizes of every window whose first row is `top`. */
CK_CLONES
static void down_columns(const float (*restrict sums)[RUN], const float (*restrict slopes)[RUN],
                         int top, int32_t (*restrict sizes)[RUN]) {
  for (int x = 0; x < RUN; x++) {
    float mean = 0, across = 0, down = 0;
    for (int r = 0; r < 8; r++) {
      mean += sums[top + r][x];
      across += slopes[top + r][x];
      down += first[r] * sums[top + r][x];
    }
    /* All are positive: sums of bytes, and what is 1024 above sizes below 1024. */
    sizes[0][x] = (int32_t)(mean * 0.125f + 0.5f);
    sizes[1][x] = (int32_t)(across * 0.35355339f + 1024.5f);
    sizes[2][x] = (int32_t)(down * 0.35355339f + 1024.5f);
  }
}

void hk_phase_counts(const uint8_t *luma, int width, int height, int skip, uint16_t *counts) {
  const int across = (width - 7) / 8, down = (height - 7) / 8;
  float sums[ROWS][RUN] = {{0}}, slopes[ROWS][RUN] = {{0}};
  int32_t sizes[HK_PHASE_FREQUENCIES][RUN];
  for (int row = 0; row < down; row += skip)
    for (int strip = 0; strip < across; strip += TILES) {
      const int count = 8 * (across - strip < TILES ? across - strip : TILES);
      for (int r = 0; r < ROWS; r++)
        along_row(luma + (size_t)(8 * row + r) * (size_t)width + 8 * strip, count, sums[r],
                  slopes[r]);
      for (int top = 0; top < 8; top++) {
        down_columns(sums, slopes, top, sizes);
        for (int x = 0; x < count; x++)
          for (int f = 0; f < HK_PHASE_FREQUENCIES; f++)
            counts[((8 * top + x % 8) * HK_PHASE_FREQUENCIES + f) * HK_PHASE_SIZES + sizes[f][x]]++;
      }
    }
}

CK_CLONES
void hk_phase_sums(const uint16_t *restrict counts, int rows, const float *restrict cosines,
                   int periods, float *restrict sums) {
  for (int row = 0; row < rows; row++) {
    const uint16_t *c = counts + (size_t)row * HK_PHASE_SIZES;
    for (int p = 0; p < periods; p++) {
      const float *w = cosines + (size_t)p * HK_PHASE_SIZES;
      float lanes[16] = {0}, sum = 0;
      for (int i = 0; i < HK_PHASE_SIZES; i += 16)
        for (int l = 0; l < 16; l++) lanes[l] += (float)c[i + l] * w[i + l];
      for (int l = 0; l < 16; l++) sum += lanes[l];
      sums[row * periods + p] = sum;
    }
  }
}
