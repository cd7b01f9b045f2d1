#include "ck_history.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#define HK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define HK_CLONES
#endif

/* exp for -700 ... 700 with a relative error below 1e-9, in plain arithmetic so that the compiler
 * makes vectors of it: 2^k * e^r by Taylor's series, |r| <= ln 2 / 2. */
static inline double hk_exp(double x) {
  x = x < -700 ? -700 : x > 700 ? 700 : x;
  const double magic = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds to whole numbers */
  double shifted = x * 1.4426950408889634 + magic;
  double k = shifted - magic;
  double r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10;
  double p = 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  int64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  int64_t scale = (bits + 1023) << 52;
  double power;
  memcpy(&power, &scale, sizeof power);
  return p * power;
}

/* The density and its three derivatives at every size. */
HK_CLONES
static void density(const double *restrict basis, int count, const double *weights,
                    double *restrict rows) {
  const double a = weights[0], b = weights[1], c = weights[2];
  for (int i = 0; i < count; i++) {
    double x = basis[i], y = basis[count + i], z = basis[2 * count + i];
    double value = hk_exp(a * x + b * y + c * z);
    rows[i] = value;
    rows[count + i] = value * x;
    rows[2 * count + i] = value * y;
    rows[3 * count + i] = value * z;
  }
}

/* The sum of a row over sizes within half units low ... high; an end that is a size counts half. */
static double between(const double *row, int low, int high) {
  int from = (low + 1) / 2, to = high / 2;
  double sum = 0;
  for (int i = from; i <= to; i++) sum += row[i];
  if (low >= 0 && low % 2 == 0) sum -= row[from] / 2;
  if (high % 2 == 0) sum -= row[to] / 2;
  return sum;
}

static double normal(const double *noise, int halves) {
  return halves <= -8 ? 0 : halves >= 8 ? 1 : noise[halves + 8];
}

static void once(const hk_frequency *f, const double *rows, double *bins) {
  const int count = f->reach + 1;
  for (int bin = 0; bin < f->bound; bin++)
    for (int row = 0; row < 4; row++)
      bins[row * f->bound + bin] =
          between(rows + row * count, (2 * bin + 1) * f->step, (2 * bin + 3) * f->step);
}

static void twice(const hk_frequency *f, const double *rows, double *bins) {
  const int count = f->reach + 1, step = f->step, first = f->first, bound = f->bound;
  memset(bins, 0, sizeof(double) * 4 * (size_t)bound);
  for (int centre = 0;; centre += first) {
    if (centre > (bound + 1) * step + 4 || 2 * centre + first > 2 * f->reach) break;
    double mass[4];
    for (int row = 0; row < 4; row++)
      mass[row] = centre == 0 ? between(rows + row * count, -1, first)
                              : between(rows + row * count, 2 * centre - first, 2 * centre + first);
    int lowest = (centre - 4) / step, highest = (centre + 4) / step + 1;
    if (lowest < 1) lowest = 1;
    if (highest > bound) highest = bound;
    for (int size = lowest; size <= highest; size++) {
      double share = normal(f->noise, (2 * size + 1) * step - 2 * centre) -
                     normal(f->noise, (2 * size - 1) * step - 2 * centre);
      for (int row = 0; row < 4; row++) bins[row * bound + size - 1] += share * mass[row];
    }
  }
}

double hk_predict(const hk_frequency *f, const double *weights, double *scratch,
                  double *probabilities, double *gradient, double *information) {
  const int bound = f->bound;
  double *rows = scratch, *bins = scratch + 4 * (f->reach + 1);
  density(f->basis, f->reach + 1, weights, rows);
  if (f->first > 0) twice(f, rows, bins);
  else once(f, rows, bins);
  double sums[4] = {0}, total = 0, logarithm = 0;
  for (int row = 0; row < 4; row++)
    for (int bin = 0; bin < bound; bin++) sums[row] += bins[row * bound + bin];
  for (int bin = 0; bin < bound; bin++) total += f->counts[bin];
  const double mass = sums[0] > 1e-300 ? sums[0] : 1e-300;
  double g[3] = {0}, h[6] = {0};
  for (int bin = 0; bin < bound; bin++) {
    /* A floor: what no model foresees (retouching, clipping) happens now and then. */
    const double p = 0.998 * bins[bin] / mass + 0.002 / bound, count = f->counts[bin];
    probabilities[bin] = p;
    if (count > 0) logarithm += count * log(p);
    double s[3];
    for (int i = 0; i < 3; i++) {
      s[i] = 0.998 * (bins[(i + 1) * bound + bin] - bins[bin] * sums[i + 1] / mass) / (mass * p);
      g[i] += count * s[i];
    }
    const double n = total * p;
    h[0] += n * s[0] * s[0];
    h[1] += n * s[0] * s[1];
    h[2] += n * s[0] * s[2];
    h[3] += n * s[1] * s[1];
    h[4] += n * s[1] * s[2];
    h[5] += n * s[2] * s[2];
  }
  memcpy(gradient, g, sizeof g);
  const double full[9] = {h[0], h[1], h[2], h[1], h[3], h[4], h[2], h[4], h[5]};
  memcpy(information, full, sizeof full);
  return logarithm;
}
