/* Kernels of the classifier heads: affine maps, mixed-precision products, Adam, histograms. */
#ifndef CK_HEADS_H
#define CK_HEADS_H

#include <stddef.h>
#include <stdint.h>

/* y[o] = bias[o] + sum over i of x[i] w[o * in + i]. Sums are taken in sixteen lanes, so a row's
   result does not depend on how many rows are computed. */
void fk_affine(
    const float *x, const float *w, const float *bias, size_t in, size_t out, float *y);

/* sums[r * out + o] += x[r * in + i] w[i * out + o], i by i and without fused operations: the same bits
   on every processor, and for a row however many others there are. */
void fk_dense(
    const float *x, size_t rows, const float *w, size_t in, size_t out, float *sums);

/* out[i] = (x[i] - mean[i]) scale[i], held within -clip ... clip; 0 where that is not finite. */
void fk_standardise(
    const float *x, const float *mean, const float *scale, size_t n, float clip, float *out);

/* The sum of x[i] w[i] in double precision. */
double fk_dot_mixed(const float *x, const double *w, size_t n);

/* y[i] += a x[i] in double precision. */
void fk_axpy_mixed(double a, const float *x, double *y, size_t n);

/* y[i] += a x[i]. */
void fk_axpy_double(double a, const double *x, double *y, size_t n);

/* The sum of x[i] y[i]. */
double fk_dot_double(const double *x, const double *y, size_t n);

/* One step of Adam with decoupled weight decay (AdamW) on n weights. `rate` is the step size with
   both bias corrections in it, `epsilon` likewise. */
void fk_adam(
    float *w, const float *gradient, float *mean, float *square, size_t n, float rate,
    float beta1, float beta2, float epsilon, float decay);

/* Adds (gradient, hessian) of each listed row to the pair of its bin: histogram holds 2 x 256
   doubles. `bins` is one feature's column; pairs are given in the order of `rows`. */
void fk_histogram(
    const uint8_t *bins, const uint32_t *rows, const float *pairs, size_t n, double *histogram);

#endif
