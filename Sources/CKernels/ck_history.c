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

/* `lanes` windows of `sizes` sizes, one after another; with `halved` the first and the last size of
 * each count half. A sum waits for the one before: several windows are summed up at a time. */
static inline __attribute__((always_inline)) void sum_windows(const double *density,
                                                              const hk_four *slopes, int width,
                                                              int sizes, bool halved, int lanes,
                                                              hk_four *masses) {
#pragma clang fp contract(off)
  hk_four all[4] = {{0}};
  for (int i = 0; i < sizes; i++)
    for (int l = 0; l < lanes; l++) all[l] += density[i + l * width] * slopes[i + l * width];
  for (int l = 0; l < lanes; l++) {
    const int from = l * width, to = from + sizes - 1;
    if (halved) all[l] -= density[from] * slopes[from] / 2;
    if (halved) all[l] -= density[to] * slopes[to] / 2;
    masses[l] = all[l];
  }
}

/* The masses of `count` windows of 2 * `width` half units, the first from `width` half units on. */
CK_CLONES
static void windows(const hk_frequency *f, const double *density, int width, int count,
                    hk_four *masses) {
  const int from = (width + 1) / 2, sizes = width % 2 == 0 ? width + 1 : width;
  const hk_four *slopes = (const hk_four *)f->slopes + from;
  density += from;
  int w = 0;
  for (; w + 4 <= count; w += 4)
    sum_windows(density + w * width, slopes + w * width, width, sizes, width % 2 == 0, 4,
                masses + w);
  for (; w < count; w++)
    sum_windows(density + w * width, slopes + w * width, width, sizes, width % 2 == 0, 1,
                masses + w);
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

/* What of the mass about each multiple of the first step falls to which size of a coefficient. */
typedef struct {
  int multiples, count;
  struct {
    int multiple, bin;
    double share;
  } parts[2 * HK_MOST_REACH + 16 * HK_BINS];
} hk_shares;

static void share_out(const hk_frequency *f, hk_shares *out) {
  const int step = f->step, first = f->first, bound = f->bound;
  out->multiples = out->count = 0;
  if (first == 0) return;
  for (int m = 0;; m++) {
    const int centre = m * first;
    if (centre > (bound + 1) * step + 4 || 2 * centre + first > 2 * f->reach) break;
    out->multiples++;
    int lowest = (centre - 4) / step, highest = (centre + 4) / step + 1;
    if (lowest < 1) lowest = 1;
    if (highest > bound) highest = bound;
    for (int size = lowest; size <= highest; size++) {
      const double share = normal(f->noise, (2 * size + 1) * step - 2 * centre) -
                           normal(f->noise, (2 * size - 1) * step - 2 * centre);
      if (share == 0) continue;
      out->parts[out->count].multiple = m;
      out->parts[out->count].bin = size - 1;
      out->parts[out->count++].share = share;
    }
  }
}

/* The mass that falls to each size of a coefficient: from one saving, or from two. */
CK_CLONES
static void spread(const hk_frequency *f, const hk_shares *shares, const double *density,
                   hk_four *bins) {
#pragma clang fp contract(off)
  if (f->first == 0) {
    windows(f, density, f->step, f->bound, bins);
    return;
  }
  memset(bins, 0, sizeof(hk_four) * (size_t)f->bound);
  if (shares->multiples == 0) return;
  hk_four masses[HK_MOST_REACH + 1];
  nearest(f, density, f->first, masses);
  windows(f, density, f->first, shares->multiples - 1, masses + 1);
  for (int i = 0; i < shares->count; i++)
    bins[shares->parts[i].bin] += shares->parts[i].share * masses[shares->parts[i].multiple];
}

/* From the mass of each size to its probability, and to the log-likelihood. */
CK_CLONES
static double likelihood(const hk_frequency *f, const hk_four *bins, double *probabilities) {
#pragma clang fp contract(off)
  const int bound = f->bound;
  double masses[HK_BINS], sum = 0, logarithm = 0;
  for (int bin = 0; bin < bound; bin++) sum += masses[bin] = bins[bin][0];
  const double mass = sum > 1e-300 ? sum : 1e-300;
  /* A floor: what no model foresees (retouching, clipping) happens now and then. */
  for (int bin = 0; bin < bound; bin++)
    probabilities[bin] = 0.998 * masses[bin] / mass + 0.002 / bound;
  for (int bin = 0; bin < bound; bin++)
    if (f->counts[bin] > 0) logarithm += f->counts[bin] * log(probabilities[bin]);
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

double hk_fit(const hk_frequency *f, const hk_start *starts, int count, int rounds, double *weights,
              double *density, double *probabilities) {
  hk_shares shares;
  share_out(f, &shares);
  hk_four bins[HK_BINS], tried[HK_BINS];
  double trial[HK_MOST_REACH + 1], expected[HK_BINS], best = -INFINITY;
  int from = 0;
  for (int s = 0; s < count; s++) {
    spread(f, &shares, starts[s].density, tried);
    const double value = likelihood(f, tried, expected);
    if (s > 0 && !(value > best || isnan(best))) continue;
    best = value;
    from = s;
    memcpy(bins, tried, (size_t)f->bound * sizeof *bins);
    memcpy(probabilities, expected, (size_t)f->bound * sizeof *probabilities);
  }
  memcpy(weights, starts[from].weights, 3 * sizeof *weights);
  memcpy(density, starts[from].density, (size_t)(f->reach + 1) * sizeof *density);
  hk_slope here;
  slope(f, bins, probabilities, &here);
  double damping = 1e-3;
  for (int round = 0; round < rounds; round++) {
    double next[3];
    if (!solve(&here, damping, next)) break;
    for (int k = 0; k < 3; k++) next[k] += weights[k];
    hk_density(f->basis, f->reach, next, trial);
    spread(f, &shares, trial, bins);
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
