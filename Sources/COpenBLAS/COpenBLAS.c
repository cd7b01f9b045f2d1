#include "COpenBLAS.h"

#include <stddef.h>

void cob_use_one_thread(void) {
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

/* LAPACK's Fortran interface; the last argument is the hidden length of a character. */
extern void dpotrf_(const char *, const int *, double *, const int *, int *, size_t);
extern void dpotrs_(
    const char *, const int *, const int *, const double *, const int *, double *, const int *,
    int *, size_t);

int cob_solve_positive(int n, double *a, int columns, double *b) {
  int info = 0;
  if (n <= 0 || columns <= 0) return 0;
  cob_use_one_thread();
  dpotrf_("L", &n, a, &n, &info, 1);
  if (info != 0) return info;
  dpotrs_("L", &n, &columns, a, &n, b, &n, &info, 1);
  return info;
}
