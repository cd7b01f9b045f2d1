#include "ck_points.h"
#include "ck_clones.h"

#include <math.h>
#include <string.h>

/* Every operation rounds by itself: a fused multiply-add would give other bits on processors that
 * have it, and which points are paired must not depend on the processor. */
#pragma STDC FP_CONTRACT OFF

#define PI 3.14159265f
enum { BINS = 36, SIDE = 16, SAMPLES = SIDE * SIDE, DIRECTIONS = 8 };
/* The widest circle that a direction is taken from, in pixels to each side; see CK_MOST_SIGMA. */
enum { REACH = 18, ACROSS = 2 * REACH + 1 };

/* The angle of (x, y) within 0.005, in -pi ... pi. */
static inline __attribute__((always_inline)) float angle_of(float y, float x) {
  const float ax = fabsf(x), ay = fabsf(y);
  const float larger = ax > ay ? ax : ay, smaller = ax > ay ? ay : ax;
  const float q = smaller / (larger == 0 ? 1 : larger), s = q * q;
  float r = ((-0.0464964749f * s + 0.15931422f) * s - 0.327622764f) * s * q + q;
  r = ay > ax ? 0.5f * PI - r : r;
  r = x < 0 ? PI - r : r;
  return y < 0 ? -r : r;
}

/* The bin of each gradient and what it adds there. */
CK_CLONES
static void place(const float *gx, const float *gy, const float *weights, int count, int32_t *bins,
                  float *sizes) {
  for (int n = 0; n < count; n++) {
    const int32_t bin = (int32_t)((angle_of(gy[n], gx[n]) + PI) * (BINS / (2 * PI)));
    bins[n] = bin >= BINS ? BINS - 1 : bin;
    sizes[n] = weights[n] * sqrtf(gx[n] * gx[n] + gy[n] * gy[n]);
  }
}

/* Weights 1 2 1 round the circle, twice; then the place of the highest bin. */
static float highest(float bins[BINS]) {
  for (int pass = 0; pass < 2; pass++) {
    float round[BINS + 2];
    memcpy(round + 1, bins, BINS * sizeof *bins);
    round[0] = bins[BINS - 1];
    round[BINS + 1] = bins[0];
    for (int b = 0; b < BINS; b++)
      bins[b] = 0.25f * (round[b] + round[b + 2]) + 0.5f * round[b + 1];
  }
  int top = 0;
  for (int b = 1; b < BINS; b++)
    if (bins[b] > bins[top]) top = b;
  const float before = bins[(top + BINS - 1) % BINS], after = bins[(top + 1) % BINS];
  const float bend = before + after - 2 * bins[top];
  const float shift = bend < 0 ? 0.5f * (before - after) / bend : 0;
  return ((float)top + 0.5f + shift) * (2 * PI / BINS) - PI;
}

float ck_direction(const float *level, int width, int height, float x, float y, float sigma) {
  const float spread = 1.5f * sigma;
  const int wanted = (int)(3 * spread + 0.5f), radius = wanted < REACH ? wanted : REACH;
  const int cx = (int)(x + 0.5f), cy = (int)(y + 0.5f);
  /* A weight is the same in eight places. */
  float weights[REACH + 1][ACROSS];
  for (int j = 0; j <= radius; j++)
    for (int i = 0; i <= j && i * i + j * j <= radius * radius; i++) {
      const float weight = expf(-(float)(i * i + j * j) / (2 * spread * spread));
      weights[j][radius + i] = weights[j][radius - i] = weight;
      weights[i][radius + j] = weights[i][radius - j] = weight;
    }
  float gx[ACROSS * ACROSS], gy[ACROSS * ACROSS], own[ACROSS * ACROSS];
  int count = 0, half = radius;
  for (int j = -radius; j <= radius; j++) {
    while (half < radius && (half + 1) * (half + 1) + j * j <= radius * radius) half++;
    while (half * half + j * j > radius * radius) half--;
    const int py = cy + j;
    if (py < 1 || py >= height - 1) continue;
    const int first = cx - half < 1 ? 1 - cx : -half;
    const int last = cx + half >= width - 1 ? width - 2 - cx : half;
    const float *p = level + (ptrdiff_t)py * width + cx;
    const float *weight = weights[j < 0 ? -j : j] + radius;
    for (int i = first; i <= last; i++, count++) {
      gx[count] = p[i + 1] - p[i - 1];
      gy[count] = p[i + width] - p[i - width];
      own[count] = weight[i];
    }
  }
  int32_t at[ACROSS * ACROSS];
  float sizes[ACROSS * ACROSS], bins[BINS] = {0};
  place(gx, gy, own, count, at, sizes);
  for (int n = 0; n < count; n++) bins[at[n]] += sizes[n];
  return highest(bins);
}

void ck_describe_window(ck_window *window) {
  for (int n = 0; n < SAMPLES; n++) {
    const float u = (float)(n % SIDE) - 7.5f, v = (float)(n / SIDE) - 7.5f;
    window->of[n] = expf(-(u * u + v * v) / 128);
  }
}

/* 16 x 16 gradients on a turned grid: the direction that each falls to first, the part that falls
 * to the next one, and what it adds to the four places about it. */
typedef struct {
  int32_t first[SAMPLES];
  float part[SAMPLES];
  float weights[4][SAMPLES];
} samples;

/* Where the samples lie in the octave; -1 for outside. */
CK_CLONES
static void locate(int width, int height, float x, float y, float step, float c, float s,
                   int32_t *at) {
  for (int n = 0; n < SAMPLES; n++) {
    const float u = (float)(n % SIDE) - 7.5f, v = (float)(n / SIDE) - 7.5f;
    const int32_t px = (int32_t)(x + step * (c * u - s * v) + 0.5f);
    const int32_t py = (int32_t)(y + step * (s * u + c * v) + 0.5f);
    const int inside = (px >= 1) & (py >= 1) & (px < width - 1) & (py < height - 1);
    at[n] = inside ? py * width + px : -1;
  }
}

CK_CLONES
static void weigh(const float *gx, const float *gy, float c, float s, const ck_window *window,
                  samples *out) {
  for (int n = 0; n < SAMPLES; n++) {
    const float along = c * gx[n] + s * gy[n], across = c * gy[n] - s * gx[n];
    const float size = sqrtf(gx[n] * gx[n] + gy[n] * gy[n]) * window->of[n];
    const float turn = (angle_of(across, along) + PI) * (DIRECTIONS / (2 * PI));
    const int32_t whole = (int32_t)turn;
    out->first[n] = whole & 7;
    out->part[n] = turn - (float)whole;
    /* Places lie every four samples, shared linearly with the neighbours. */
    const float gu = (float)(n % SIDE) / 4 + 0.625f, gv = (float)(n / SIDE) / 4 + 0.625f;
    const float fu = gu - (float)(int32_t)gu, fv = gv - (float)(int32_t)gv;
    out->weights[0][n] = size * (1 - fu) * (1 - fv);
    out->weights[1][n] = size * fu * (1 - fv);
    out->weights[2][n] = size * (1 - fu) * fv;
    out->weights[3][n] = size * fu * fv;
  }
}

/* The eight directions of one place. */
typedef float eight __attribute__((vector_size(4 * DIRECTIONS)));
typedef int32_t eight_numbers __attribute__((vector_size(4 * DIRECTIONS)));

/* Sums up what the samples add to 6 x 6 places, the outer ones of which lie outside. */
CK_CLONES
static void gather(const samples *in, eight places[6][6]) {
  const eight_numbers number = {0, 1, 2, 3, 4, 5, 6, 7};
  for (int j = 0; j < SIDE; j++) {
    eight *above = places[(j + 2) / 4], *below = places[(j + 2) / 4 + 1];
    for (int i = 0, n = j * SIDE; i < SIDE;) {
      /* Samples in a row that go to the same four places. */
      const int u = (i + 2) / 4, end = 4 * u + 2 < SIDE ? 4 * u + 2 : SIDE;
      eight a = above[u], b = above[u + 1], c = below[u], d = below[u + 1];
      for (; i < end; i++, n++) {
        const float part = in->part[n];
        const int32_t first = in->first[n];
        const eight one = (eight){0} + (1 - part), two = (eight){0} + part;
        const eight share = (eight)(((eight_numbers)one & (number == first)) |
                                    ((eight_numbers)two & (number == ((first + 1) & 7))));
        a += in->weights[0][n] * share;
        b += in->weights[1][n] * share;
        c += in->weights[2][n] * share;
        d += in->weights[3][n] * share;
      }
      above[u] = a;
      above[u + 1] = b;
      below[u] = c;
      below[u + 1] = d;
    }
  }
}

void ck_describe(const float *level, int width, int height, float x, float y, float sigma,
                 float angle, const ck_window *window, int16_t *out) {
  const float c = cosf(angle), s = sinf(angle);
  int32_t at[SAMPLES];
  locate(width, height, x, y, 0.75f * sigma, c, s, at);
  float gx[SAMPLES], gy[SAMPLES];
  for (int n = 0; n < SAMPLES; n++) {
    const float *p = level + (at[n] < 0 ? width + 1 : at[n]);
    gx[n] = at[n] < 0 ? 0 : p[1] - p[-1];
    gy[n] = at[n] < 0 ? 0 : p[width] - p[-width];
  }
  samples all;
  weigh(gx, gy, c, s, window, &all);
  eight places[6][6] = {{{0}}};
  gather(&all, places);
  float values[KP_VALUES];
  for (int j = 0; j < 4; j++) memcpy(values + 32 * j, places[j + 1] + 1, 32 * sizeof *values);
  /* To length one, nothing above 0.2, to length one again. */
  for (int pass = 0; pass < 2; pass++) {
    float squares = 0;
    for (int k = 0; k < KP_VALUES; k++) squares += values[k] * values[k];
    const float scale = squares > 0 ? 1 / sqrtf(squares) : 0;
    for (int k = 0; k < KP_VALUES; k++) {
      values[k] *= scale;
      if (pass == 0 && values[k] > 0.2f) values[k] = 0.2f;
    }
  }
  for (int k = 0; k < KP_VALUES; k++) out[k] = (int16_t)(values[k] * 1024 + 0.5f);
}
