#include "ck_colour.h"
#include "ck_clones.h"

#include <string.h>

#include "ck_features.h"

#define N FK_SIDE

/* Numbers of one row of pixels, channel by channel. */
typedef struct {
  uint8_t of[FK_COLOUR_CHANNELS][N];
  uint16_t rgb_cell[N], chroma_cell[N];
} colour_row;

static inline __attribute__((always_inline)) void spread_row(
    const uint8_t *rgb, const int16_t *planes, colour_row *row) {
  uint8_t *red = row->of[FK_RED], *green = row->of[FK_GREEN], *blue = row->of[FK_BLUE];
  for (int x = 0; x < N; x++) {
    red[x] = rgb[3 * x];
    green[x] = rgb[3 * x + 1];
    blue[x] = rgb[3 * x + 2];
  }
  for (int x = 0; x < N; x++) {
    const uint8_t r = red[x], g = green[x], b = blue[x];
    const uint8_t more = r > g ? r : g, less = r < g ? r : g;
    row->of[FK_VALUE][x] = more > b ? more : b;
    row->of[FK_LEAST][x] = less < b ? less : b;
    row->rgb_cell[x] = (uint16_t)((r >> 4) << 8 | (g >> 4) << 4 | b >> 4);
  }
  for (int x = 0; x < N; x++) {
    const uint8_t high = row->of[FK_VALUE][x], range = (uint8_t)(high - row->of[FK_LEAST][x]);
    row->of[FK_RANGE][x] = range;
    /* A quotient of such numbers that is not whole is further from one than rounding carries it. */
    row->of[FK_SATURATION][x] = (uint8_t)(int)((float)(255 * range) / (float)(high == 0 ? 1 : high));
  }
  const int16_t *chroma_blue = planes + N * N, *chroma_red = chroma_blue + N * N;
  for (int x = 0; x < N; x++) {
    const int cb = chroma_blue[x] < 0 ? 0 : chroma_blue[x] > 255 ? 255 : chroma_blue[x];
    const int cr = chroma_red[x] < 0 ? 0 : chroma_red[x] > 255 ? 255 : chroma_red[x];
    row->of[FK_LUMA][x] = (uint8_t)planes[x];
    row->of[FK_BLUE_CHROMA][x] = (uint8_t)cb;
    row->of[FK_RED_CHROMA][x] = (uint8_t)cr;
    row->chroma_cell[x] = (uint16_t)((cb >> 2) << 6 | cr >> 2);
  }
}

CK_CLONES
void fk_colour_histograms(
    const uint8_t *rgb, const int16_t *planes, uint32_t *histograms, uint32_t *rgb_cells,
    uint32_t *chroma_cells) {
  memset(histograms, 0, sizeof(uint32_t) * 256 * FK_COLOUR_CHANNELS);
  memset(rgb_cells, 0, sizeof(uint32_t) * 4096);
  memset(chroma_cells, 0, sizeof(uint32_t) * 4096);
  colour_row row;
  for (int y = 0; y < N; y++) {
    spread_row(rgb + 3 * N * y, planes + N * y, &row);
    for (int x = 0; x < N; x++) {
#pragma clang loop unroll(full)
      for (int c = 0; c < FK_COLOUR_CHANNELS; c++) histograms[256 * c + row.of[c][x]]++;
      rgb_cells[row.rgb_cell[x]]++;
      chroma_cells[row.chroma_cell[x]]++;
    }
  }
}

CK_CLONES
void fk_gradient_products(
    const uint8_t *rgb, const int16_t *planes, int64_t *sums, int64_t *products) {
  int16_t g[6][N] = {{0}};
  memset(sums, 0, sizeof(int64_t) * 6);
  memset(products, 0, sizeof(int64_t) * 36);
  for (int y = 0; y < N; y++) {
    const uint8_t *p = rgb + 3 * N * y;
    for (int x = 0; x < N - 1; x++)
      for (int c = 0; c < 3; c++) g[c][x] = (int16_t)(p[3 * x + 3 + c] - p[3 * x + c]);
    for (int c = 0; c < 3; c++) {
      const int16_t *q = planes + c * N * N + y * N;
      for (int x = 0; x < N - 1; x++) g[3 + c][x] = (int16_t)(q[x + 1] - q[x]);
    }
    /* The last place stays 0: whole runs of a vector. */
    for (int a = 0; a < 6; a++) {
      int32_t sum = 0;
      for (int x = 0; x < N; x++) sum += g[a][x] < 0 ? -g[a][x] : g[a][x];
      sums[a] += sum;
      for (int b = a; b < 6; b++) {
        int32_t product = 0;
        for (int x = 0; x < N; x++) product += g[a][x] * g[b][x];
        products[a * 6 + b] += product;
      }
    }
  }
}
