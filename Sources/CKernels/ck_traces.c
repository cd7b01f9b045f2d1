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

/* The picture is gone through in strips of eight tiles, so that what is worked on stays in the
 * nearest cache. */
enum { TILES = 8, RUN = 8 * TILES };

typedef struct {
  /* The DCTs along the last eight rows, frequency by frequency, from each pixel of the strip on. */
  float rows[8][8][RUN];
  /* How many coefficients of each window are small, for the windows that begin in a row of tiles. */
  int32_t zeros[8][RUN];
} strip;

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
static void down_columns(const strip *s, int top, int32_t *restrict zeros) {
  const float(*rows[8])[RUN];
  for (int i = 0; i < 8; i++) rows[i] = s->rows[(top + i) % 8];
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

/* The one of the 64 windows of a tile with the most, -1 where there are several. A tile with a window
 * that is constant along an axis says nothing: strong compression leaves blocks of their mean alone,
 * and the window that lies across four of them has zeros by its symmetry. */
CK_CLONES
static int8_t vote(const int32_t (*zeros)[RUN], int x) {
  int32_t best = 0, least = 0, number = 0, place = 0;
  for (int j = 0; j < 8; j++)
    for (int i = 0; i < 8; i++) {
      best = zeros[j][x + i] > best ? zeros[j][x + i] : best;
      least = zeros[j][x + i] < least ? zeros[j][x + i] : least;
    }
  if (least == CONSTANT) return -1;
  for (int j = 0; j < 8; j++)
    for (int i = 0; i < 8; i++) {
      const int32_t is_best = zeros[j][x + i] == best;
      number += is_best;
      place += is_best * (8 * j + i);
    }
  return (int8_t)(best > 0 && number == 1 ? place : -1);
}

void hk_grid_votes(const uint8_t *luma, int width, int height, int8_t *votes) {
  const int across = (width - 7) / 8, down = (height - 7) / 8;
  strip s;
  memset(&s, 0, sizeof s);
  for (int first = 0; first < across; first += TILES) {
    const int tiles = across - first < TILES ? across - first : TILES;
    for (int y = 0; y < down * 8 + 7; y++) {
      along_row(luma + (size_t)y * width + 8 * first, 8 * tiles, s.rows[y % 8]);
      if (y < 7) continue;
      const int top = y - 7;
      down_columns(&s, top, s.zeros[top % 8]);
      if (top % 8 == 7)
        for (int i = 0; i < tiles; i++)
          votes[(size_t)(top / 8) * across + first + i] = vote(s.zeros, 8 * i);
    }
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
