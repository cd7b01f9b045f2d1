#include "ck_history.h"
#include "ck_clones.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

CK_CLONES
void hk_density(const double *restrict basis, int reach, const double *weights,
                double *restrict density) {
  const double a = weights[0], b = weights[1], c = weights[2];
  const int count = reach + 1;
  for (int i = 0; i < count; i++)
    density[i] = hk_exp(a * basis[i] + b * basis[count + i] + c * basis[2 * count + i]);
}

/* Four numbers that are worked on as one: the density and its three derivatives. Each is summed by
 * itself and in order, so that it comes out the same however wide the processor's vectors are. */
typedef double hk_four __attribute__((vector_size(32), aligned(8)));

/* The masses of `count` windows of `width` half units after one another, the first from `width` half
 * units on: within width ... 3 width, 3 width ... 5 width, and so on. An end that is a size counts
 * half. Several windows are summed up at a time, since a sum waits for the one before. */
CK_CLONES
static void windows(const hk_frequency *f, const double *density, int width, int count,
                    hk_four *masses) {
#pragma clang fp contract(off)
  enum { AT_ONCE = 4 };
  const hk_four *slopes = (const hk_four *)f->slopes;
  const int sizes = width % 2 == 0 ? width + 1 : width;
  for (int w = 0; w < count; w += AT_ONCE) {
    const int lanes = count - w < AT_ONCE ? count - w : AT_ONCE;
    int from[AT_ONCE];
    /* Windows beyond the last are those of the last once more. */
    for (int l = 0; l < AT_ONCE; l++)
      from[l] = ((2 * (w + (l < lanes ? l : lanes - 1)) + 1) * width + 1) / 2;
    hk_four all[AT_ONCE] = {{0}};
    for (int i = 0; i < sizes; i++)
      for (int l = 0; l < AT_ONCE; l++) all[l] += density[from[l] + i] * slopes[from[l] + i];
    if (width % 2 == 0)
      for (int l = 0; l < AT_ONCE; l++) {
        const int to = from[l] + sizes - 1;
        all[l] -= density[from[l]] * slopes[from[l]] / 2;
        all[l] -= density[to] * slopes[to] / 2;
      }
    memcpy(masses + w, all, sizeof(hk_four) * (size_t)lanes);
  }
}

/* The mass of the sizes up to `high` half units. */
static void nearest(const hk_frequency *f, const double *density, int high, hk_four *mass) {
#pragma clang fp contract(off)
  const hk_four *slopes = (const hk_four *)f->slopes;
  const int to = high / 2;
  hk_four all = {0};
  for (int i = 0; i <= to; i++) all += density[i] * slopes[i];
  if (high % 2 == 0) all -= density[to] * slopes[to] / 2;
  *mass = all;
}

static double normal(const double *noise, int halves) {
  return halves <= -8 ? 0 : halves >= 8 ? 1 : noise[halves + 8];
}

/* The mass that falls to each size of a coefficient: from one saving, or from two. */
CK_CLONES
static void spread(const hk_frequency *f, const double *density, hk_four *bins) {
#pragma clang fp contract(off)
  const int step = f->step, first = f->first, bound = f->bound;
  if (first == 0) {
    windows(f, density, step, bound, bins);
    return;
  }
  memset(bins, 0, sizeof(hk_four) * (size_t)bound);
  hk_four masses[HK_MOST_REACH + 1];
  int count = 0;
  while (count * first <= (bound + 1) * step + 4 && (2 * count + 1) * first <= 2 * f->reach) count++;
  if (count == 0) return;
  nearest(f, density, first, masses);
  windows(f, density, first, count - 1, masses + 1);
  for (int m = 0; m < count; m++) {
    const int centre = m * first;
    int lowest = (centre - 4) / step, highest = (centre + 4) / step + 1;
    if (lowest < 1) lowest = 1;
    if (highest > bound) highest = bound;
    for (int size = lowest; size <= highest; size++) {
      const double share = normal(f->noise, (2 * size + 1) * step - 2 * centre) -
                           normal(f->noise, (2 * size - 1) * step - 2 * centre);
      bins[size - 1] += share * masses[m];
    }
  }
}

/* From the mass of each size to its probability, and to the log-likelihood. */
static double likelihood(const hk_frequency *f, const hk_four *bins, double *probabilities) {
#pragma clang fp contract(off)
  const int bound = f->bound;
  double sum = 0, logarithm = 0;
  for (int bin = 0; bin < bound; bin++) sum += bins[bin][0];
  const double mass = sum > 1e-300 ? sum : 1e-300;
  for (int bin = 0; bin < bound; bin++) {
    /* A floor: what no model foresees (retouching, clipping) happens now and then. */
    const double p = 0.998 * bins[bin][0] / mass + 0.002 / bound, count = f->counts[bin];
    probabilities[bin] = p;
    if (count > 0) logarithm += count * log(p);
  }
  return logarithm;
}

/* The gradient of the log-likelihood by the three weights, and their expected information. */
typedef struct {
  double gradient[3], information[9];
} hk_slope;

CK_CLONES
static void slope(const hk_frequency *f, const hk_four *bins, const double *probabilities,
                  hk_slope *out) {
#pragma clang fp contract(off)
  const int bound = f->bound;
  hk_four sums = {0}, g = {0}, h[3] = {{0}, {0}, {0}};
  double total = 0;
  for (int bin = 0; bin < bound; bin++) {
    sums += bins[bin];
    total += f->counts[bin];
  }
  const double mass = sums[0] > 1e-300 ? sums[0] : 1e-300;
  for (int bin = 0; bin < bound; bin++) {
    const double p = probabilities[bin], count = f->counts[bin];
    const hk_four s = 0.998 * (bins[bin] - bins[bin][0] * sums / mass) / (mass * p);
    g += count * s;
    const hk_four n = total * p * s;
    for (int i = 0; i < 3; i++) h[i] += n[i + 1] * s;
  }
  for (int i = 0; i < 3; i++) {
    out->gradient[i] = g[i + 1];
    for (int j = 0; j < 3; j++) out->information[3 * i + j] = i < j ? h[i][j + 1] : h[j][i + 1];
  }
}

double hk_likelihood(const hk_frequency *f, const double *density, double *probabilities) {
  hk_four bins[HK_BINS];
  spread(f, density, bins);
  return likelihood(f, bins, probabilities);
}

/* Solves a symmetric 3 x 3 system, its diagonal raised by a share; false where it is singular. */
static bool solve(const hk_slope *slope, double damping, double *change) {
#pragma clang fp contract(off)
  const double *matrix = slope->information, *right = slope->gradient;
  const double trace = matrix[0] + matrix[4] + matrix[8];
  if (!(trace > 0) || !isfinite(trace)) return false;
  const double a = matrix[0] * (1 + damping) + 1e-12 * trace, b = matrix[1], c = matrix[2];
  const double d = matrix[4] * (1 + damping) + 1e-12 * trace, e = matrix[5];
  const double f = matrix[8] * (1 + damping) + 1e-12 * trace;
  /* Cramer's rule; the matrix is symmetric: a b c / b d e / c e f. */
  const double first = d * f - e * e, second = c * e - b * f, third = b * e - c * d;
  const double determinant = a * first + b * second + c * third;
  if (!(fabs(determinant) > 1e-300) || !isfinite(determinant)) return false;
  const double x = right[0], y = right[1], z = right[2];
  change[0] = (first * x + second * y + third * z) / determinant;
  change[1] = (second * x + (a * f - c * c) * y + (b * c - a * e) * z) / determinant;
  change[2] = (third * x + (b * c - a * e) * y + (a * d - b * b) * z) / determinant;
  return true;
}

double hk_climb(const hk_frequency *f, int rounds, double *weights, double *density,
                double *probabilities) {
  hk_four bins[HK_BINS];
  double trial[HK_MOST_REACH + 1], expected[HK_BINS];
  hk_slope here;
  spread(f, density, bins);
  double best = likelihood(f, bins, probabilities), damping = 1e-3;
  slope(f, bins, probabilities, &here);
  for (int round = 0; round < rounds; round++) {
    double next[3];
    if (!solve(&here, damping, next)) break;
    for (int k = 0; k < 3; k++) next[k] += weights[k];
    hk_density(f->basis, f->reach, next, trial);
    spread(f, trial, bins);
    const double value = likelihood(f, bins, expected), gain = value - best;
    if (gain > 0) {
      best = value;
      memcpy(weights, next, sizeof next);
      memcpy(density, trial, (size_t)(f->reach + 1) * sizeof *density);
      memcpy(probabilities, expected, (size_t)f->bound * sizeof *probabilities);
      if (gain < 0.05) break;
      slope(f, bins, probabilities, &here);
      damping = damping / 10 > 1e-6 ? damping / 10 : 1e-6;
    } else {
      damping *= 8;
      if (damping > 1e3) break;
    }
  }
  return best;
}
