#include "ck_history.h"
#include "ck_clones.h"

#include <math.h>
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

/* The sums over sizes within half units low ... high; an end that is a size counts half. */
static inline __attribute__((always_inline)) void between(const hk_frequency *f,
                                                          const double *density, int low,
                                                          int high, hk_four *sum) {
#pragma clang fp contract(off)
  const hk_four *slopes = (const hk_four *)f->slopes;
  int from = (low + 1) / 2, to = high / 2;
  hk_four all = {0};
  for (int i = from; i <= to; i++) all += density[i] * slopes[i];
  if (low >= 0 && low % 2 == 0) all -= density[from] * slopes[from] / 2;
  if (high % 2 == 0) all -= density[to] * slopes[to] / 2;
  *sum = all;
}

static double normal(const double *noise, int halves) {
  return halves <= -8 ? 0 : halves >= 8 ? 1 : noise[halves + 8];
}

CK_CLONES
static void once(const hk_frequency *f, const double *density, hk_four *bins) {
#pragma clang fp contract(off)
  for (int bin = 0; bin < f->bound; bin++)
    between(f, density, (2 * bin + 1) * f->step, (2 * bin + 3) * f->step, bins + bin);
}

CK_CLONES
static void twice(const hk_frequency *f, const double *density, hk_four *bins) {
#pragma clang fp contract(off)
  const int step = f->step, first = f->first, bound = f->bound;
  memset(bins, 0, sizeof(hk_four) * (size_t)bound);
  for (int centre = 0;; centre += first) {
    if (centre > (bound + 1) * step + 4 || 2 * centre + first > 2 * f->reach) break;
    hk_four mass;
    between(f, density, centre == 0 ? -1 : 2 * centre - first, 2 * centre + first, &mass);
    int lowest = (centre - 4) / step, highest = (centre + 4) / step + 1;
    if (lowest < 1) lowest = 1;
    if (highest > bound) highest = bound;
    for (int size = lowest; size <= highest; size++) {
      double share = normal(f->noise, (2 * size + 1) * step - 2 * centre) -
                     normal(f->noise, (2 * size - 1) * step - 2 * centre);
      bins[size - 1] += share * mass;
    }
  }
}

/* From the mass of each size to what hk_predict returns. */
CK_CLONES
static double weigh(const hk_frequency *f, const hk_four *bins, double *probabilities,
                    double *gradient, double *information) {
#pragma clang fp contract(off)
  const int bound = f->bound;
  hk_four sums = {0}, g = {0}, h[3] = {{0}, {0}, {0}};
  double total = 0, logarithm = 0;
  for (int bin = 0; bin < bound; bin++) {
    sums += bins[bin];
    total += f->counts[bin];
  }
  const double mass = sums[0] > 1e-300 ? sums[0] : 1e-300;
  for (int bin = 0; bin < bound; bin++) {
    /* A floor: what no model foresees (retouching, clipping) happens now and then. */
    const double p = 0.998 * bins[bin][0] / mass + 0.002 / bound, count = f->counts[bin];
    probabilities[bin] = p;
    if (count > 0) logarithm += count * log(p);
    const hk_four s = 0.998 * (bins[bin] - bins[bin][0] * sums / mass) / (mass * p);
    g += count * s;
    const hk_four n = total * p * s;
    for (int i = 0; i < 3; i++) h[i] += n[i + 1] * s;
  }
  for (int i = 0; i < 3; i++) {
    gradient[i] = g[i + 1];
    for (int j = 0; j < 3; j++) information[3 * i + j] = i < j ? h[i][j + 1] : h[j][i + 1];
  }
  return logarithm;
}

double hk_predict(const hk_frequency *f, const double *density, double *scratch,
                  double *probabilities, double *gradient, double *information) {
  hk_four *bins = (hk_four *)scratch;
  if (f->first > 0) twice(f, density, bins);
  else once(f, density, bins);
  return weigh(f, bins, probabilities, gradient, information);
}
