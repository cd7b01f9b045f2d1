#include "ck_colour.h"
#include "ck_clones.h"

#include <string.h>

#include "ck_features.h"

#define N FK_SIDE

CK_CLONES
void fk_colour_histograms(
    const uint8_t *rgb, const int16_t *planes, uint32_t *histograms, uint32_t *rgb_cells,
    uint32_t *chroma_cells) {
  memset(histograms, 0, sizeof(uint32_t) * 256 * FK_COLOUR_CHANNELS);
  memset(rgb_cells, 0, sizeof(uint32_t) * 4096);
  memset(chroma_cells, 0, sizeof(uint32_t) * 4096);
  uint8_t value[N], range[N], least[N], saturation[N];
  for (int y = 0; y < N; y++) {
    const uint8_t *p = rgb + 3 * N * y;
    for (int x = 0; x < N; x++) {
      uint8_t r = p[3 * x], g = p[3 * x + 1], b = p[3 * x + 2];
      uint8_t high = r > g ? r : g, low = r < g ? r : g;
      high = high > b ? high : b;
      low = low < b ? low : b;
      value[x] = high;
      least[x] = low;
      range[x] = (uint8_t)(high - low);
    }
    for (int x = 0; x < N; x++) {
      int high = value[x] == 0 ? 1 : value[x];
      saturation[x] = (uint8_t)(255 * range[x] / high);
    }
    const int16_t *luma = planes + y * N, *blue = luma + N * N, *red = blue + N * N;
    for (int x = 0; x < N; x++) {
      uint8_t r = p[3 * x], g = p[3 * x + 1], b = p[3 * x + 2];
      int cb = blue[x] < 0 ? 0 : blue[x] > 255 ? 255 : blue[x];
      int cr = red[x] < 0 ? 0 : red[x] > 255 ? 255 : red[x];
      histograms[256 * FK_RED + r]++;
      histograms[256 * FK_GREEN + g]++;
      histograms[256 * FK_BLUE + b]++;
      histograms[256 * FK_LUMA + luma[x]]++;
      histograms[256 * FK_BLUE_CHROMA + cb]++;
      histograms[256 * FK_RED_CHROMA + cr]++;
      histograms[256 * FK_SATURATION + saturation[x]]++;
      histograms[256 * FK_VALUE + value[x]]++;
      histograms[256 * FK_RANGE + range[x]]++;
      histograms[256 * FK_LEAST + least[x]]++;
      rgb_cells[(r >> 4) << 8 | (g >> 4) << 4 | b >> 4]++;
      chroma_cells[(cb >> 2) << 6 | cr >> 2]++;
    }
  }
}

CK_CLONES
void fk_gradient_products(
    const uint8_t *rgb, const int16_t *planes, int64_t *sums, int64_t *products) {
  int16_t g[6][N];
  memset(sums, 0, sizeof(int64_t) * 6);
  memset(products, 0, sizeof(int64_t) * 36);
  for (int y = 0; y < N; y++) {
    const uint8_t *p = rgb + 3 * N * y;
    for (int c = 0; c < 3; c++)
      for (int x = 0; x < N - 1; x++) g[c][x] = (int16_t)(p[3 * x + 3 + c] - p[3 * x + c]);
    for (int c = 0; c < 3; c++) {
      const int16_t *q = planes + c * N * N + y * N;
      for (int x = 0; x < N - 1; x++) g[3 + c][x] = (int16_t)(q[x + 1] - q[x]);
    }
    for (int a = 0; a < 6; a++) {
      int32_t sum = 0;
      for (int x = 0; x < N - 1; x++) sum += g[a][x] < 0 ? -g[a][x] : g[a][x];
      sums[a] += sum;
      for (int b = a; b < 6; b++) {
        int32_t product = 0;
        for (int x = 0; x < N - 1; x++) product += g[a][x] * g[b][x];
        products[a * 6 + b] += product;
      }
    }
  }
}
