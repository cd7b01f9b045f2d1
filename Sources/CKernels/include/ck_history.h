#ifndef CK_HISTORY_H
#define CK_HISTORY_H

/* How well a first quantisation explains the sizes of one frequency's coefficients
 * (JPEGForensics, StepLikelihood). */

#include <stdint.h>

/* Sizes of coefficients, in steps, and of what is behind them, in units, at most. */
enum { HK_BINS = 64, HK_MOST_REACH = 512 };

/* One frequency of a JPEG, and a hypothesis about it. */
typedef struct {
  /* The basis functions of the log-density at sizes 0 ... reach, three rows; and at each size 1 and
   * the three. */
  const double *basis, *slopes;
  int reach;
  /* counts[i]: coefficients of size i + 1, in steps; `bound` of them. */
  const int32_t *counts;
  int bound;
  /* The file's own quantisation step; the step of a first saving, or 0 for none. */
  int step;
  int first;
  /* The normal distribution function of the rounding noise, at half units -8 ... 8. */
  const double *noise;
} hk_frequency;

/* exp(sum of weights * basis) at sizes 0 ... reach. `basis` has three rows of reach + 1. */
void hk_density(const double *basis, int reach, const double *weights, double *density);

/* Weights, and their density by hk_density. */
typedef struct {
  const double *weights, *density;
} hk_start;

/* The log-likelihood of the counts, given that sizes lie within 1 ... bound: from the best of
 * `count` starts upwards by Fisher scoring, damped as Levenberg and Marquardt do, for so many rounds
 * at most. Gives the weights where it ends, their density, and the probability of each size. */
double hk_fit(const hk_frequency *frequency, const hk_start *starts, int count, int rounds,
              double *weights, double *density, double *probabilities);

#endif
