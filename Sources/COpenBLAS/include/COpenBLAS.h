#ifndef COPENBLAS_H
#define COPENBLAS_H

#include <cblas.h>

/* Makes matrix products run on the calling thread alone, so that sums are taken in one order
   whatever the machine. Idempotent and cheap. */
void cob_use_one_thread(void);

/* Solves A X = B for a symmetric positive definite A (n x n, either triangle order: A is
   symmetric), overwriting A with its Cholesky factor and B (n x columns, column-major) with X.
   Returns 0, or the order of the leading minor that is not positive definite. LAPACK dpotrf and
   dpotrs. */
int cob_solve_positive(int n, double *a, int columns, double *b);

#endif
