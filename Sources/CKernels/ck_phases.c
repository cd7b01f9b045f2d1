#include "ck_phases.h"
#include "ck_clones.h"

#include <stddef.h>

/* The picture is gone through in strips of eight windows side by side, so that what is worked on
 * stays in the nearest cache. */
enum { TILES = 8, RUN = 8 * TILES, KEPT = 8 };

/* The lowest frequency's cosines, orthonormal. */
static const float first[8] = {0.49039264f,  0.41573481f,  0.27778512f,  0.09754516f,
                               -0.09754516f, -0.27778512f, -0.41573481f, -0.49039264f};

/* Sum and lowest frequency of every run of eight in a row. */
CK_CLONES
static void along_row(const uint8_t *restrict row, int count, float *restrict sum,
                      float *restrict slope) {
  float line[RUN + 8];
  for (int x = 0; x < count + 7; x++) line[x] = row[x];
  for (int x = 0; x < count; x++) {
    float s = 0, d = 0;
    for (int k = 0; k < 8; k++) {
      s += line[x + k];
      d += first[k] * line[x + k];
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
      mean += sums[(top + r) % KEPT][x];
      across += slopes[(top + r) % KEPT][x];
      down += first[r] * sums[(top + r) % KEPT][x];
    }
    /* All are positive: sums of bytes, and what is 1024 above sizes below 1024. */
    sizes[0][x] = (int32_t)(mean * 0.125f + 0.5f);
    sizes[1][x] = (int32_t)(across * 0.35355339f + 1024.5f);
    sizes[2][x] = (int32_t)(down * 0.35355339f + 1024.5f);
  }
}

void hk_phase_counts(const uint8_t *luma, int width, int height, int skip, uint16_t *counts) {
  const int across = (width - 7) / 8, down = (height - 7) / 8;
  float sums[KEPT][RUN] = {{0}}, slopes[KEPT][RUN] = {{0}};
  int32_t sizes[HK_PHASE_FREQUENCIES][RUN];
  for (int strip = 0; strip < across; strip += TILES) {
    const int count = 8 * (across - strip < TILES ? across - strip : TILES);
    for (int row = 0, known = 0; row < down; row += skip)
      for (int top = 8 * row; top < 8 * row + 8; top++) {
        /* Rows that the last windows had are there still. */
        for (int y = known > top ? known : top; y < top + 8; y++)
          along_row(luma + (size_t)y * (size_t)width + 8 * strip, count, sums[y % KEPT],
                    slopes[y % KEPT]);
        known = top + 8;
        down_columns(sums, slopes, top, sizes);
        for (int f = 0; f < HK_PHASE_FREQUENCIES; f++) {
          uint16_t *places = counts + (8 * (top % 8) * HK_PHASE_FREQUENCIES + f) * HK_PHASE_ROW;
          for (int x = 0; x < count; x++)
            places[x % 8 * HK_PHASE_FREQUENCIES * HK_PHASE_ROW + sizes[f][x]]++;
        }
      }
  }
}

CK_CLONES
void hk_phase_sums(const uint16_t *restrict counts, int rows, const float *restrict cosines,
                   int periods, float *restrict sums) {
  for (int row = 0; row < rows; row++) {
    const uint16_t *c = counts + (size_t)row * HK_PHASE_ROW;
    /* Sizes that do not occur add nothing. */
    int from = 0, to = HK_PHASE_SIZES;
    while (from < to && c[from] == 0) from++;
    while (to > from && c[to - 1] == 0) to--;
    from = from / 16 * 16;
    to = (to + 15) / 16 * 16;
    float values[HK_PHASE_SIZES];
    for (int i = from; i < to; i++) values[i] = c[i];
    for (int p = 0; p < periods; p++) {
      const float *w = cosines + (size_t)p * HK_PHASE_SIZES;
      float lanes[16] = {0}, sum = 0;
      for (int i = from; i < to; i += 16)
        for (int l = 0; l < 16; l++) lanes[l] += values[i + l] * w[i + l];
      for (int l = 0; l < 16; l++) sum += lanes[l];
      sums[row * periods + p] = sum;
    }
  }
}
