#include "ck_features.h"
#include "ck_clones.h"

#include <math.h>
#include <string.h>

#define N FK_SIDE
#define M FK_MARGIN

CK_CLONES
void fk_colour_planes(const uint8_t *rgb, int16_t *planes) {
  int16_t *luma = planes, *blue = planes + N * N, *red = planes + 2 * N * N;
  int16_t *rg = planes + 3 * N * N, *bg = planes + 4 * N * N;
  for (int i = 0; i < N * N; i++) {
    int r = rgb[3 * i], g = rgb[3 * i + 1], b = rgb[3 * i + 2];
    luma[i] = (int16_t)((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
    blue[i] = (int16_t)(((-11059 * r - 21709 * g + 32768 * b + 32768) >> 16) + 128);
    red[i] = (int16_t)(((32768 * r - 27439 * g - 5329 * b + 32768) >> 16) + 128);
    rg[i] = (int16_t)(r - g);
    bg[i] = (int16_t)(b - g);
  }
}

/* One row of a residual, within the margin. */
static inline __attribute__((always_inline)) void residual_row(
    const int16_t *a, int kernel, int s, int16_t *d) {
  switch (kernel) {
    case FK_FIRST:
      for (int x = M; x < N - M; x++) d[x] = (int16_t)(a[x + s] - a[x]);
      break;
    case FK_SECOND:
      for (int x = M; x < N - M; x++) d[x] = (int16_t)(a[x - s] - 2 * a[x] + a[x + s]);
      break;
    case FK_THIRD:
      for (int x = M; x < N - M; x++)
        d[x] = (int16_t)(a[x - s] - 3 * a[x] + 3 * a[x + s] - a[x + 2 * s]);
      break;
    case FK_SQUARE3:
      for (int x = M; x < N - M; x++)
        d[x] = (int16_t)(2 * (a[x - 1] + a[x + 1] + a[x - N] + a[x + N]) -
                         (a[x - 1 - N] + a[x + 1 - N] + a[x - 1 + N] + a[x + 1 + N]) -
                         4 * a[x]);
      break;
    case FK_SQUARE5:
      for (int x = M; x < N - M; x++)
        d[x] = (int16_t)(8 * (a[x - 1] + a[x + 1] + a[x - N] + a[x + N]) -
                         6 * (a[x - 1 - N] + a[x + 1 - N] + a[x - 1 + N] + a[x + 1 + N]) -
                         2 * (a[x - 2] + a[x + 2] + a[x - 2 * N] + a[x + 2 * N]) +
                         2 * (a[x - 2 - N] + a[x + 2 - N] + a[x - 2 + N] + a[x + 2 + N] +
                              a[x - 1 - 2 * N] + a[x + 1 - 2 * N] + a[x - 1 + 2 * N] +
                              a[x + 1 + 2 * N]) -
                         (a[x - 2 - 2 * N] + a[x + 2 - 2 * N] + a[x - 2 + 2 * N] +
                          a[x + 2 + 2 * N]) -
                         12 * a[x]);
      break;
    case FK_LAPLACE:
      for (int x = M; x < N - M; x++)
        d[x] = (int16_t)(a[x - 1] + a[x + 1] + a[x - N] + a[x + N] - 4 * a[x]);
      break;
    case FK_MIXED:
      for (int x = M; x < N - M; x++)
        d[x] = (int16_t)(a[x + 1 + N] - a[x + 1] - a[x + N] + a[x]);
      break;
    case FK_SKIP:
      for (int x = M; x < N - M; x++) d[x] = (int16_t)(a[x + 2 * s] - a[x]);
      break;
    default:
      break;
  }
}

CK_CLONES
void fk_residual(const int16_t *plane, int kernel, int down, int16_t *residual) {
  memset(residual, 0, sizeof(int16_t) * N * N);
  for (int y = M; y < N - M; y++)
    residual_row(plane + y * N, kernel, down ? N : 1, residual + y * N);
}

CK_CLONES
void fk_levels(const int16_t *plane, int kernel, int down, int t1, int t2, uint8_t *levels) {
  const int16_t u1 = (int16_t)t1, u2 = (int16_t)t2, l1 = (int16_t)-t1, l2 = (int16_t)-t2;
  int16_t residual[N] = {0}, level[N];
  memset(levels, 2, N * N);
  for (int y = M; y < N - M; y++) {
    residual_row(plane + y * N, kernel, down ? N : 1, residual);
    /* As wide as the residual first: a step that narrows at once is made of halves. */
    for (int x = 0; x < N; x++) {
      const int16_t r = residual[x];
      level[x] = (int16_t)(2 + (r > u1) + (r > u2) - (r < l1) - (r < l2));
    }
    for (int x = 0; x < N; x++) levels[y * N + x] = (uint8_t)level[x];
  }
}

CK_CLONES
void fk_plane_sums(const int16_t *plane, int64_t *sum, int64_t *squares) {
  *sum = *squares = 0;
  for (int y = 0; y < N; y++) {
    int32_t row = 0, products = 0;
    for (int x = 0; x < N; x++) {
      const int32_t value = plane[y * N + x];
      row += value;
      products += value * value;
    }
    *sum += row;
    *squares += products;
  }
}

/* Four tables taken in turn: neighbours often fall into one cell, and a load must not wait for
   the store before it. */
static void count_codes(const uint16_t *codes, int count, uint32_t tables[4][FK_COOCCURRENCES]) {
  int x = 0;
  for (; x + 4 <= count; x += 4) {
    tables[0][codes[x]]++;
    tables[1][codes[x + 1]]++;
    tables[2][codes[x + 2]]++;
    tables[3][codes[x + 3]]++;
  }
  for (; x < count; x++) tables[0][codes[x]]++;
}

static void add_tables(uint32_t tables[4][FK_COOCCURRENCES], uint32_t *counts) {
  for (int i = 0; i < FK_COOCCURRENCES; i++)
    counts[i] += tables[0][i] + tables[1][i] + tables[2][i] + tables[3][i];
}

CK_CLONES
void fk_cooccurrences(const uint8_t *levels, int down, uint32_t *counts) {
  uint32_t tables[4][FK_COOCCURRENCES];
  memset(tables, 0, sizeof tables);
  const int s = down ? N : 1;
  const int rows = down ? N - M - 3 : N - M, columns = down ? N - 2 * M : N - 2 * M - 3;
  uint16_t codes[N];
  for (int y = M; y < rows; y++) {
    const uint8_t *a = levels + y * N + M;
    for (int x = 0; x < columns; x++)
      codes[x] = (uint16_t)(((a[x] * 5 + a[x + s]) * 5 + a[x + 2 * s]) * 5 + a[x + 3 * s]);
    count_codes(codes, columns, tables);
  }
  add_tables(tables, counts);
}

CK_CLONES
void fk_cross_cooccurrences(
    const uint8_t *first, const uint8_t *second, const uint8_t *third, int down,
    uint32_t *counts) {
  uint32_t tables[4][FK_COOCCURRENCES];
  memset(tables, 0, sizeof tables);
  const int s = down ? N : 1;
  uint16_t codes[N];
  for (int y = M; y < N - M - 1; y++) {
    const int start = y * N + M;
    const uint8_t *a = first + start, *b = second + start, *c = third + start;
    for (int x = 0; x < N - 2 * M - 1; x++)
      codes[x] = (uint16_t)(((a[x] * 5 + a[x + s]) * 5 + b[x]) * 5 + c[x]);
    count_codes(codes, N - 2 * M - 1, tables);
  }
  add_tables(tables, counts);
}
