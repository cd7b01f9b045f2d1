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

/* The log-likelihood of the counts, given that sizes lie within 1 ... bound, under the density of
 * hk_density; and the probability of each size. */
double hk_likelihood(const hk_frequency *frequency, const double *density, double *probabilities);

/* Fisher scoring, damped as Levenberg and Marquardt do, from these weights and their density to
 * better ones. Returns their log-likelihood. */
double hk_climb(const hk_frequency *frequency, int rounds, double *weights, double *density,
                double *probabilities);

#endif
