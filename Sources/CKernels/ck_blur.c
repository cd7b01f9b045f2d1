#include "ck_points.h"
#include "ck_clones.h"

#include <math.h>
#include <string.h>

/* Rows are worked on in runs, so that a sum stays in registers over all its terms. */
enum { MOST = CK_BLUR_REACH, RUN = 64, PAIR_RUN = 16 };

size_t ck_blur_scratch(int width) {
  return (size_t)(2 * MOST + 4) * width + (size_t)width + 2 * MOST + RUN;
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

CK_CLONES
static void subtract(const float *more, const float *less, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = more[i] - less[i];
}

void ck_blur(const float *in, int width, int height, float sigma, float *scratch, float *out,
             float *difference) {
  float weights[MOST + 1];
  int radius = (int)ceilf(3 * sigma);
  if (radius > MOST) radius = MOST;
  float sum = 0;
  for (int t = 0; t <= radius; t++) {
    weights[t] = expf(-0.5f * (float)(t * t) / (sigma * sigma));
    sum += t == 0 ? weights[t] : 2 * weights[t];
  }
  for (int t = 0; t <= radius; t++) weights[t] /= sum;
  /* Of the rows that are blurred along themselves only as many are kept as two rows of the result
   * need. */
  const int kept = 2 * radius + 2;
  float *result = scratch + (size_t)kept * width, *line = result + 2 * (size_t)width;
  int done = 0;
  for (int y = 0; y < height; y += 2) {
    for (; done < height && done <= y + 1 + radius; done++)
      along(in + (size_t)done * width, width, weights, radius, line,
            scratch + (size_t)(done % kept) * width);
    const float *rows[2 * MOST + 2];
    for (int t = -radius; t <= radius + 1; t++) {
      const int row = y + t < 0 ? 0 : y + t >= height ? height - 1 : y + t;
      rows[radius + t] = scratch + (size_t)(row % kept) * width;
    }
    const size_t at = (size_t)y * width, count = (size_t)(y + 1 < height ? 2 : 1) * width;
    /* An odd height has its last row twice. */
    float *upper = out && y + 1 < height ? out + at : result;
    down(rows + radius, width, weights, radius, upper, upper + width);
    if (out && upper == result) memcpy(out + at, result, count * sizeof *out);
    if (difference) subtract(upper, in + at, count, difference + at);
  }
}
