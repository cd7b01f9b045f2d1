#ifndef CK_HISTORY_H
#define CK_HISTORY_H

#include <stdint.h>

/* One frequency of a JPEG, and a hypothesis about it. */
typedef struct {
  /* Three rows of reach + 1: the basis functions of the log-density at sizes 0 ... reach. */
  const double *basis;
  int reach;
  /* counts[i]: coefficients of size i + 1, in steps; `bound` of them. */
  const int32_t *counts;
  int bound;
  /* The file's own quantisation step; the step of a first saving, or 0 for none. */
  int step;
  int first;
  /* The distribution function of the noise between the savings at half units -8 ... 8. */
  const double *noise;
} hk_frequency;

/* Memory for hk_predict, in doubles. */
static inline int hk_scratch(int reach, int bound) { return 4 * (reach + 1) + 4 * bound; }

/* The log-likelihood of the counts, given that sizes lie within 1 ... bound, under the density
 * exp(sum of weights * basis); the probability of each size, the gradient by the three weights and
 * their expected information (row by row, 3 x 3). */
double hk_predict(const hk_frequency *frequency, const double *weights, double *scratch,
                  double *probabilities, double *gradient, double *information);

#endif
