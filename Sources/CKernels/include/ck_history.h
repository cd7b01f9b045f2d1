#ifndef CK_HISTORY_H
#define CK_HISTORY_H

#include <stdint.h>

/* One frequency of a JPEG, and a hypothesis about it. */
typedef struct {
  /* At each of the sizes 0 ... reach: 1 and the basis functions of the log-density. */
  const double *slopes;
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

/* exp(sum of weights * basis) at sizes 0 ... reach. `basis` has three rows of reach + 1. */
void hk_density(const double *basis, int reach, const double *weights, double *density);

/* Memory for hk_predict, in doubles. */
static inline int hk_scratch(int bound) { return 4 * bound; }

/* The log-likelihood of the counts, given that sizes lie within 1 ... bound, under the density
 * of hk_density; the probability of each size, the gradient by the three weights and
 * their expected information (row by row, 3 x 3). */
double hk_predict(const hk_frequency *frequency, const double *density, double *scratch,
                  double *probabilities, double *gradient, double *information);

#endif
