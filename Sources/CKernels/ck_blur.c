#include "ck_points.h"
#include "ck_clones.h"

#include <math.h>
#include <string.h>

/* Rows are worked on in runs, so that a sum stays in registers over all its terms. */
enum { MOST = CK_BLUR_REACH, RUN = 64, PAIR_RUN = 16 };

size_t ck_blur_scratch(int width) {
  return (size_t)(2 * MOST + 2) * width + (size_t)width + 2 * MOST + RUN;
}

/* One row; `line` holds it padded at both ends. */
CK_CLONES
static void along(const float *row, int width, const float *weights, int radius, float *line,
                  float *to) {
  for (int t = 0; t < radius; t++) {
    line[t] = row[0];
    line[radius + width + t] = row[width - 1];
  }
  memcpy(line + radius, row, (size_t)width * sizeof(float));
  memset(line + 2 * radius + width, 0, RUN * sizeof(float));
  for (int x = 0; x < width; x += RUN) {
    const float *middle = line + radius + x;
    float sums[RUN];
    for (int i = 0; i < RUN; i++) sums[i] = weights[0] * middle[i];
    for (int t = 1; t <= radius; t++)
      for (int i = 0; i < RUN; i++) sums[i] += weights[t] * (middle[i - t] + middle[i + t]);
    if (x + RUN <= width) memcpy(to + x, sums, sizeof sums);
    else memcpy(to + x, sums, (size_t)(width - x) * sizeof(float));
  }
}

/* Two rows of the result: `rows` points to the row of the upper one among those about it. What one
 * of the two needs at a distance, the other needs one step nearer or further. */
CK_CLONES
static void down(const float *const *rows, int width, const float *weights, int radius,
                 float *upper, float *lower) {
  int x = 0;
  for (; x + PAIR_RUN <= width; x += PAIR_RUN) {
    float a[PAIR_RUN], b[PAIR_RUN], above[PAIR_RUN], below[PAIR_RUN];
    memcpy(above, rows[0] + x, sizeof above);
    memcpy(below, rows[1] + x, sizeof below);
    for (int i = 0; i < PAIR_RUN; i++) a[i] = weights[0] * above[i];
    for (int i = 0; i < PAIR_RUN; i++) b[i] = weights[0] * below[i];
    for (int t = 1; t <= radius; t++) {
      const float *over = rows[-t] + x, *under = rows[t + 1] + x;
      for (int i = 0; i < PAIR_RUN; i++) {
        const float top = over[i], bottom = under[i];
        a[i] += weights[t] * (top + below[i]);
        b[i] += weights[t] * (above[i] + bottom);
        above[i] = top;
        below[i] = bottom;
      }
    }
    memcpy(upper + x, a, sizeof a);
    memcpy(lower + x, b, sizeof b);
  }
  for (; x < width; x++) {
    float a = weights[0] * rows[0][x], b = weights[0] * rows[1][x];
    for (int t = 1; t <= radius; t++) {
      a += weights[t] * (rows[-t][x] + rows[t][x]);
      b += weights[t] * (rows[1 - t][x] + rows[1 + t][x]);
    }
    upper[x] = a;
    lower[x] = b;
  }
}

void ck_blur_start(ck_blur *blur, int width, int height, float sigma, float *scratch) {
  int radius = (int)ceilf(3 * sigma);
  if (radius > MOST) radius = MOST;
  float sum = 0, *weights = blur->weights;
  for (int t = 0; t <= radius; t++) {
    weights[t] = expf(-0.5f * (float)(t * t) / (sigma * sigma));
    sum += t == 0 ? weights[t] : 2 * weights[t];
  }
  for (int t = 0; t <= radius; t++) weights[t] /= sum;
  blur->radius = radius;
  blur->width = width;
  blur->height = height;
  blur->taken = blur->given = 0;
  blur->rows = scratch;
  blur->line = scratch + (size_t)(2 * MOST + 2) * width;
}

/* Of the rows that are blurred along themselves only as many are kept as two rows of the result
 * need. */
static float *kept(const ck_blur *blur, int row) {
  row = row < 0 ? 0 : row >= blur->height ? blur->height - 1 : row;
  return blur->rows + (size_t)(row % (2 * blur->radius + 2)) * blur->width;
}

void ck_blur_take(ck_blur *blur, const float *row) {
  along(row, blur->width, blur->weights, blur->radius, blur->line, kept(blur, blur->taken));
  blur->taken++;
}

int ck_blur_ready(const ck_blur *blur) {
  const int left = blur->height - blur->given;
  if (blur->taken < blur->height && blur->taken < blur->given + blur->radius + 2) return 0;
  return left < 2 ? left : 2;
}

void ck_blur_give(ck_blur *blur, float *out) {
  const float *rows[2 * MOST + 2];
  for (int t = -blur->radius; t <= blur->radius + 1; t++)
    rows[blur->radius + t] = kept(blur, blur->given + t);
  down(rows + blur->radius, blur->width, blur->weights, blur->radius, out, out + blur->width);
  blur->given += blur->height - blur->given < 2 ? 1 : 2;
}
