#include "ck_traces.h"
#include "ck_clones.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

CK_CLONES
void hk_luma(const uint8_t *restrict rgb, size_t pixels, uint8_t *restrict luma) {
  for (size_t i = 0; i < pixels; i++)
    luma[i] = (uint8_t)((19595 * rgb[3 * i] + 38470 * rgb[3 * i + 1] + 7471 * rgb[3 * i + 2] +
                         32768) >> 16);
}

CK_CLONES
void hk_requantise(const int16_t *restrict values, size_t blocks, const float *restrict steps,
                   const float *restrict tables, int count, float *restrict errors) {
  const float magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to whole numbers */
  float inverse[64];
  for (int t = 0; t < count; t++) {
    const float *q = tables + 64 * t;
    float *out = errors + blocks * (size_t)t;
    for (int k = 0; k < 64; k++) inverse[k] = 1 / q[k];
    for (size_t b = 0; b < blocks; b++) {
      const int16_t *v = values + 64 * b;
      float lanes[16] = {0};
      for (int k = 0; k < 64; k += 16)
        for (int l = 0; l < 16; l++) {
          float c = v[k + l] * steps[k + l];
          float rounded = (c * inverse[k + l] + magic) - magic;
          float d = c - rounded * q[k + l];
          lanes[l] += d * d;
        }
      float sum = 0;
      for (int l = 0; l < 16; l++) sum += lanes[l];
      out[b] = sum / 64;
    }
  }
}

/* Cosines of multiples of pi / 16, halved; C0 is the scale of the mean. */
#define C0 0.35355339f
#define C1 0.49039264f
#define C2 0.46193977f
#define C3 0.41573481f
#define C5 0.27778512f
#define C6 0.19134172f
#define C7 0.09754516f

/* The orthonormal DCT of eight numbers. */
#define DCT8(s0, s1, s2, s3, s4, s5, s6, s7, d)                                       \
  do {                                                                                \
    float a0 = s0 + s7, a1 = s1 + s6, a2 = s2 + s5, a3 = s3 + s4;                     \
    float b0 = s0 - s7, b1 = s1 - s6, b2 = s2 - s5, b3 = s3 - s4;                     \
    d[0] = C0 * ((a0 + a3) + (a1 + a2));                                              \
    d[4] = C0 * ((a0 + a3) - (a1 + a2));                                              \
    d[2] = C2 * (a0 - a3) + C6 * (a1 - a2);                                           \
    d[6] = C6 * (a0 - a3) - C2 * (a1 - a2);                                           \
    d[1] = C1 * b0 + C3 * b1 + C5 * b2 + C7 * b3;                                     \
    d[3] = C3 * b0 - C7 * b1 - C1 * b2 - C5 * b3;                                     \
    d[5] = C5 * b0 - C1 * b1 + C7 * b2 + C3 * b3;                                     \
    d[7] = C7 * b0 - C5 * b1 + C3 * b2 - C1 * b3;                                     \
  } while (0)

/* The picture is gone through in strips, so that what is worked on stays in the nearest cache. */
enum { RUN = 64 };

/* The DCTs along the last eight rows, frequency by frequency, from each pixel of the strip on. */
typedef float strip[8][8][RUN];

/* The DCT of every run of eight in a row. */
CK_CLONES
static void along_row(const uint8_t *restrict row, int count, float (*restrict out)[RUN]) {
  for (int x = 0; x < count; x++) {
    float s[8], d[8];
    for (int i = 0; i < 8; i++) s[i] = row[x + i];
    DCT8(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], d);
    for (int u = 0; u < 8; u++) out[u][x] = d[u];
  }
}

/* What stands for the number of small coefficients where a window is constant along an axis. */
enum { CONSTANT = -1 };

/* For every window of 8 x 8 whose first row is `top`, how many coefficients other than the mean are
 * small. */
CK_CLONES
static void down_columns(const strip s, int top, int32_t *restrict zeros) {
  const float(*rows[8])[RUN];
  for (int i = 0; i < 8; i++) rows[i] = s[(top + i) % 8];
  for (int x = 0; x < RUN; x++) {
    /* Of those with both frequencies, with only a horizontal one, with only a vertical one. */
    int32_t both = 0, flat = 0, tall = 0;
#pragma clang loop unroll(full)
    for (int u = 0; u < 8; u++) {
      float d[8];
      DCT8(rows[0][u][x], rows[1][u][x], rows[2][u][x], rows[3][u][x], rows[4][u][x],
           rows[5][u][x], rows[6][u][x], rows[7][u][x], d);
      int32_t small = 0;
      for (int v = 1; v < 8; v++) small += fabsf(d[v]) < 0.5f;
      if (u == 0) tall = small;
      else {
        both += small;
        flat += fabsf(d[0]) < 0.5f;
      }
    }
    const int even = (both + flat == 56) | (both + tall == 56);
    zeros[x] = even ? CONSTANT : both + flat + tall;
  }
}

/* How many coefficients of each window are small, into a plane of the windows' first pixels. */
static void count_zeros(const uint8_t *luma, int width, int height, int8_t *plane) {
  const int across = width - 7;
  strip s;
  int32_t zeros[RUN];
  memset(&s, 0, sizeof s);
  for (int first = 0; first < across; first += RUN) {
    const int run = across - first < RUN ? across - first : RUN;
    for (int y = 0; y < height; y++) {
      along_row(luma + (size_t)y * width + first, run, s[y % 8]);
      if (y < 7) continue;
      down_columns((const float(*)[8][RUN])s, y - 7, zeros);
      int8_t *out = plane + (size_t)(y - 7) * across + first;
      for (int x = 0; x < run; x++) out[x] = (int8_t)zeros[x];
    }
  }
}

/* As many pixels are voted for at a time, so that a ballot stays in the nearest cache. */
enum { VOTERS = 256 };

/* Of the windows that were looked at for each of a run of pixels: the most small coefficients, whose
 * place that is (-1 where two have as many), and the fewest. */
typedef struct {
  int8_t best[VOTERS], place[VOTERS], least[VOTERS];
} ballot;

static void begin(ballot *b) {
  memset(b->best, CONSTANT - 1, sizeof b->best);
  memset(b->least, 64, sizeof b->least);
}

/* One more window for each pixel, or the winner of several. */
CK_CLONES
static void take(ballot *restrict b, const int8_t *restrict best, const int8_t *restrict place,
                 const int8_t *restrict least) {
  for (int x = 0; x < VOTERS; x++) {
    const int8_t most = b->best[x];
    b->place[x] = best[x] > most ? place[x] : best[x] == most ? (int8_t)-1 : b->place[x];
    b->best[x] = best[x] > most ? best[x] : most;
    b->least[x] = least[x] < b->least[x] ? least[x] : b->least[x];
  }
}

/* Each pixel's vote, in the place of the window that begins seven pixels before it each way. */
void hk_grid_votes(const uint8_t *luma, int width, int height, int8_t *votes, uint32_t *tallies) {
  const int across = width - 7, down = height - 7;
  count_zeros(luma, width, height, votes);
  memset(tallies, 0, 64 * sizeof *tallies);
  ballot rows[8], all;
  int8_t zeros[VOTERS + 7], places[8][VOTERS + 7];
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < VOTERS + 7; x++) places[y][x] = (int8_t)(8 * y + x % 8);
  memset(zeros, CONSTANT, sizeof zeros);
  for (int first = 0; first < across; first += VOTERS) {
    const int windows = across - first < VOTERS + 7 ? across - first : VOTERS + 7;
    const int voters = windows > 7 ? windows - 7 : 0;
    for (int y = 0; y < down; y++) {
      memcpy(zeros, votes + (size_t)y * across + first, (size_t)windows);
      ballot *row = &rows[y % 8];
      begin(row);
      for (int i = 0; i < 8; i++) take(row, zeros + i, places[y % 8] + i, zeros + i);
      if (y < 7) continue;
      begin(&all);
      for (int j = 0; j < 8; j++) take(&all, rows[j].best, rows[j].place, rows[j].least);
      int8_t *out = votes + (size_t)(y - 7) * across + first;
      for (int x = 0; x < voters; x++) {
        out[x] = all.least[x] == CONSTANT || all.best[x] <= 0 ? (int8_t)-1 : all.place[x];
        if (out[x] >= 0) tallies[out[x]]++;
      }
    }
  }
}

void hk_grid_map(const int8_t *votes, int width, int height, int8_t place, float *tiles) {
  const int across = (width - 7) / 8, down = (height - 7) / 8;
  for (int j = 0; j < down; j++)
    for (int i = 0; i < across; i++) {
      int sum = 0;
      for (int y = 8 * j < 7 ? 0 : 8 * j - 7; y <= 8 * j; y++)
        for (int x = 8 * i < 7 ? 0 : 8 * i - 7; x <= 8 * i; x++) {
          const int8_t vote = votes[(size_t)y * (width - 7) + x];
          sum += vote < 0 ? 0 : vote == place ? -1 : 1;
        }
      tiles[(size_t)j * across + i] = (float)sum / 64;
    }
}

CK_CLONES
void hk_noise(const uint8_t *luma, int width, int height, float *cells) {
  const int across = width / 8, down = height / 8;
  for (int j = 0; j < down; j++)
    for (int i = 0; i < across; i++) {
      int32_t sum = 0;
      int rows = 8 * j + 8 < height ? 8 : 7, columns = 8 * i + 8 < width ? 8 : 7;
      for (int y = 0; y < rows; y++) {
        const uint8_t *a = luma + (size_t)(8 * j + y) * width + 8 * i, *b = a + width;
        for (int x = 0; x < columns; x++) sum += abs(a[x] - a[x + 1] - b[x] + b[x + 1]);
      }
      cells[(size_t)j * across + i] = (float)sum / (2 * rows * columns);
    }
}

/* By eleven bits at a time. The bits of floats are in the order of whole numbers once those of
 * negative ones are turned round and the sign of the others is set. */
void hk_sort_floats(float *values, float *spare, size_t count) {
  uint32_t *from = (uint32_t *)spare, *to = (uint32_t *)values;
  size_t places[3][2049] = {{0}};
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    bits ^= (uint32_t)((int32_t)bits >> 31) | 0x80000000u;
    memcpy(from + i, &bits, sizeof bits);
    places[0][(bits & 2047) + 1]++;
    places[1][(bits >> 11 & 2047) + 1]++;
    places[2][(bits >> 22) + 1]++;
  }
  for (int pass = 0; pass < 3; pass++) {
    for (int i = 0; i < 2048; i++) places[pass][i + 1] += places[pass][i];
    for (size_t i = 0; i < count; i++)
      to[places[pass][from[i] >> (11 * pass) & 2047]++] = from[i];
    uint32_t *swap = from;
    from = to;
    to = swap;
  }
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = from[i];
    bits ^= ~(uint32_t)((int32_t)bits >> 31) | 0x80000000u;
    memcpy(values + i, &bits, sizeof bits);
  }
}
