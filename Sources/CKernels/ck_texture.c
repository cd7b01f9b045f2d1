#include "ck_texture.h"
#include "ck_clones.h"
#include "ck_features.h"

#include <string.h>

#define N FK_SIDE
enum { RUN = 8, TABLES = 4 };

/* Several tables taken in turn: neighbours often have one code, and a load must not wait for the
   store before it. */
static void count(const uint8_t *codes, int number, uint32_t tables[TABLES][256]) {
  int x = 0;
  for (; x + TABLES <= number; x += TABLES)
    for (int t = 0; t < TABLES; t++) tables[t][codes[x + t]]++;
  for (; x < number; x++) tables[0][codes[x]]++;
}

static void add_tables(uint32_t tables[TABLES][256], uint32_t *counts) {
  for (int t = 0; t < TABLES; t++)
    for (int code = 0; code < 256; code++) counts[code] += tables[t][code];
}

CK_CLONES
void fk_neighbour_codes(const int16_t *plane, uint32_t *counts) {
  uint32_t tables[TABLES][256] = {{0}};
  uint8_t codes[N];
  for (int y = 1; y < N - 1; y++) {
    const int16_t *b = plane + y * N, *a = b - N, *c = b + N;
    for (int x = 1; x < N - 1; x++) {
      const int16_t own = b[x];
      codes[x] = (uint8_t)((a[x - 1] > own) | (a[x] > own) << 1 | (a[x + 1] > own) << 2 |
                           (b[x - 1] > own) << 3 | (b[x + 1] > own) << 4 |
                           (c[x - 1] > own) << 5 | (c[x] > own) << 6 | (c[x + 1] > own) << 7);
    }
    count(codes + 1, N - 2, tables);
  }
  add_tables(tables, counts);
}

/* Eight places side by side. */
typedef float run __attribute__((vector_size(4 * RUN), aligned(4)));
typedef int32_t run_bits __attribute__((vector_size(4 * RUN), aligned(4)));

/* Rows above and below a row, added and subtracted; the row itself at distance 0. */
typedef struct {
  float sum[FK_PHASE_REACH][N + RUN], difference[FK_PHASE_REACH][N + RUN];
} mirrored_rows;

static inline __attribute__((always_inline)) void mirror(
    const int16_t *row, int reach, mirrored_rows *out) {
  for (int x = 0; x < N; x++) out->sum[0][x] = row[x];
  for (int j = 1; j <= reach; j++) {
    const int16_t *above = row - j * N, *below = row + j * N;
    for (int x = 0; x < N; x++) {
      out->sum[j][x] = (int16_t)(below[x] + above[x]);
      out->difference[j][x] = (int16_t)(below[x] - above[x]);
    }
  }
}

typedef float quadrant[FK_PHASE_REACH][FK_PHASE_REACH];

/* The codes of the RUN places whose first has its window's middle at `x`. */
static inline __attribute__((always_inline)) void phases(
    const mirrored_rows *rows, int x, const quadrant *w, int reach, float threshold,
    uint8_t *codes) {
  run all[FK_PHASE_SUMS] = {{0}};
  for (int j = 0; j <= reach; j++) {
    const float *sum = rows->sum[j] + x, *difference = rows->difference[j] + x;
    for (int i = 0; i <= reach; i++) {
      const run right = *(const run *)(sum + i), left = *(const run *)(sum - i);
      const run even = i > 0 ? right + left : right, odd = right - left;
      all[FK_ACROSS_COSINE] += w[FK_ACROSS_COSINE][j][i] * even;
      all[FK_DOWN_COSINE] += w[FK_DOWN_COSINE][j][i] * even;
      all[FK_COSINES_EVEN] += w[FK_COSINES_EVEN][j][i] * even;
      if (i > 0) all[FK_ACROSS_SINE] += w[FK_ACROSS_SINE][j][i] * odd;
      if (i > 0) all[FK_SINES_ACROSS] += w[FK_SINES_ACROSS][j][i] * odd;
      if (j == 0) continue;
      const run after = *(const run *)(difference + i), before = *(const run *)(difference - i);
      const run odd_down = i > 0 ? after + before : after;
      all[FK_DOWN_SINE] += w[FK_DOWN_SINE][j][i] * odd_down;
      all[FK_SINES_DOWN] += w[FK_SINES_DOWN][j][i] * odd_down;
      if (i > 0) all[FK_COSINES_ODD] += w[FK_COSINES_ODD][j][i] * (after - before);
    }
  }
  const run cosine = all[FK_COSINES_EVEN], more_cosine = all[FK_COSINES_ODD];
  const run sine = all[FK_SINES_DOWN], more_sine = all[FK_SINES_ACROSS];
  /* Comparisons give 0 or -1. */
  const run_bits bits =
      (all[FK_ACROSS_COSINE] > threshold) + ((all[FK_ACROSS_SINE] > threshold) << 1) +
      ((all[FK_DOWN_COSINE] > threshold) << 2) + ((all[FK_DOWN_SINE] > threshold) << 3) +
      ((cosine + more_cosine > threshold) << 4) + ((sine + more_sine > threshold) << 5) +
      ((cosine - more_cosine > threshold) << 6) + ((sine - more_sine > threshold) << 7);
  for (int i = 0; i < RUN; i++) codes[i] = (uint8_t)-bits[i];
}

static inline __attribute__((always_inline)) void phase_rows(
    const int16_t *plane, const quadrant *weights, int reach, float threshold,
    uint32_t *counts) {
  uint32_t tables[TABLES][256] = {{0}};
  mirrored_rows rows;
  memset(&rows, 0, sizeof rows);
  uint8_t codes[N + RUN];
  for (int y = reach; y < N - reach; y++) {
    mirror(plane + y * N, reach, &rows);
    for (int x = reach; x < N - reach; x += RUN)
      phases(&rows, x, weights, reach, threshold, codes + x);
    count(codes + reach, N - 2 * reach, tables);
  }
  add_tables(tables, counts);
}

/* A window's width is known where its loops are, so that they are unrolled. */
CK_CLONES
void fk_phase_codes(
    const int16_t *plane, const float *weights, int window, float threshold, uint32_t *counts) {
  const quadrant *w = (const quadrant *)weights;
  if (window == 3) phase_rows(plane, w, 1, threshold, counts);
  if (window == 5) phase_rows(plane, w, 2, threshold, counts);
  if (window == 7) phase_rows(plane, w, 3, threshold, counts);
}
