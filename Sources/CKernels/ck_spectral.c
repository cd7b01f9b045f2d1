#include "ck_spectral.h"
#include "ck_clones.h"

#include <stdint.h>
#include <string.h>

#include "ck_features.h"

/* Every operation rounds by itself: a fused multiply-add would give other bits on processors
   that have it, and reports must not depend on the processor. */
#pragma STDC FP_CONTRACT OFF

#define N FK_SIDE

CK_CLONES
void fk_windowed(const int16_t *residual, int limit, const float *window, float *picture) {
  for (int y = 0; y < N; y++) {
    const int16_t *r = residual + y * N;
    float *p = picture + y * N;
    const float wy = window[y];
    for (int x = 0; x < N; x++) {
      int v = r[x];
      v = v > limit ? limit : v;
      v = v < -limit ? -limit : v;
      p[x] = (float)v * (wy * window[x]);
    }
  }
}

/* log2 by splitting off the exponent and a polynomial on [√½, √2); written without libm so that
   it vectorises and gives the same bits everywhere. */
CK_CLONES
void fk_log2(float *values, int count) {
  for (int i = 0; i < count; i++) {
    float x = values[i];
    x = x < 1e-30f ? 1e-30f : x;
    uint32_t bits;
    memcpy(&bits, &x, 4);
    int32_t exponent = (int32_t)(bits - 0x3f3504f3u) >> 23;
    uint32_t scaled = bits - ((uint32_t)exponent << 23);
    float m;
    memcpy(&m, &scaled, 4);
    float s = (m - 1.0f) / (m + 1.0f), z = s * s;
    /* 2/ln 2 · atanh(s) */
    float p = 0.412198584f;
    p = p * z + 0.577078016f;
    p = p * z + 0.961796694f;
    p = p * z + 2.885390082f;
    values[i] = (float)exponent + s * p;
  }
}

void fk_band_sums(const float *values, const uint8_t *bands, int count, float *sums) {
  for (int i = 0; i < count; i++) sums[bands[i]] += values[i];
}

/* Orthonormal DCT-II of 8 points, rows of the basis. */
static const float basis[8][8] = {
    {0.353553391f, 0.353553391f, 0.353553391f, 0.353553391f, 0.353553391f, 0.353553391f,
     0.353553391f, 0.353553391f},
    {0.490392640f, 0.415734806f, 0.277785117f, 0.097545161f, -0.097545161f, -0.277785117f,
     -0.415734806f, -0.490392640f},
    {0.461939766f, 0.191341716f, -0.191341716f, -0.461939766f, -0.461939766f, -0.191341716f,
     0.191341716f, 0.461939766f},
    {0.415734806f, -0.097545161f, -0.490392640f, -0.277785117f, 0.277785117f, 0.490392640f,
     0.097545161f, -0.415734806f},
    {0.353553391f, -0.353553391f, -0.353553391f, 0.353553391f, 0.353553391f, -0.353553391f,
     -0.353553391f, 0.353553391f},
    {0.277785117f, -0.490392640f, 0.097545161f, 0.415734806f, -0.415734806f, -0.097545161f,
     0.490392640f, -0.277785117f},
    {0.191341716f, -0.461939766f, 0.461939766f, -0.191341716f, -0.191341716f, 0.461939766f,
     -0.461939766f, 0.191341716f},
    {0.097545161f, -0.277785117f, 0.415734806f, -0.490392640f, 0.490392640f, -0.415734806f,
     0.277785117f, -0.097545161f}};

/* Eight rows of blocks are transformed along columns first (256 columns at once), then every
   block along its rows. */
CK_CLONES
void fk_block_statistics(const int16_t *plane, float *sums) {
  static const int modes = 64;
  float column[8][N], coefficient[8][8][N / 8];
  memset(sums, 0, sizeof(float) * 4 * (size_t)modes);
  /* Partial sums a lane, so that the order of additions does not depend on the vector width. */
  float total[64][N / 8], square[64][N / 8];
  float small[64][N / 8], medium[64][N / 8];
  memset(total, 0, sizeof total);
  memset(square, 0, sizeof square);
  memset(small, 0, sizeof small);
  memset(medium, 0, sizeof medium);
  for (int top = 0; top < N; top += 8) {
    for (int v = 0; v < 8; v++) {
      for (int x = 0; x < N; x++) column[v][x] = 0;
      for (int y = 0; y < 8; y++) {
        const int16_t *row = plane + (top + y) * N;
        const float b = basis[v][y];
        for (int x = 0; x < N; x++) column[v][x] += b * (float)row[x];
      }
    }
    for (int v = 0; v < 8; v++) {
      /* Gather: lane = block. */
      float lane[8][N / 8];
      for (int x = 0; x < 8; x++)
        for (int k = 0; k < N / 8; k++) lane[x][k] = column[v][8 * k + x];
      for (int u = 0; u < 8; u++) {
        float *c = coefficient[v][u];
        for (int k = 0; k < N / 8; k++) c[k] = 0;
        for (int x = 0; x < 8; x++) {
          const float b = basis[u][x];
          for (int k = 0; k < N / 8; k++) c[k] += b * lane[x][k];
        }
        float *t = total[v * 8 + u], *q = square[v * 8 + u];
        float *s = small[v * 8 + u], *m = medium[v * 8 + u];
        for (int k = 0; k < N / 8; k++) {
          float a = c[k] < 0 ? -c[k] : c[k];
          t[k] += a;
          q[k] += a * a;
          s[k] += a < 1.5f ? 1.0f : 0.0f;
          m[k] += a < 6.0f ? 1.0f : 0.0f;
        }
      }
    }
  }
  for (int mode = 0; mode < modes; mode++) {
    float *s = sums + 4 * mode;
    for (int k = 0; k < N / 8; k++) {
      s[0] += total[mode][k];
      s[1] += square[mode][k];
      s[2] += small[mode][k];
      s[3] += medium[mode][k];
    }
  }
}
