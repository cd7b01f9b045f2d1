#ifndef CT_WIDE_H
#define CT_WIDE_H

#include "CTransformerKernels.h"

/* The row kernels of ct_rows.c written for AVX-512: each row is read once, kept in registers from
   the product's raw result to the next operand, and written once (an 8-bit operand, whose scale
   needs the whole row, passes through `row`). For callers that have checked ct_level() == 4. */

void ct_wide_norm(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, const float *gamma,
    const float *beta, float eps, float *row, void *out, size_t dp, ct_quant *q);
void ct_wide_convert(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, void *out, size_t dp,
    ct_quant *q);
void ct_wide_project(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t n, const ct_quant *q,
    size_t scaled, float factor, int kind, void *out, size_t ldo);
void ct_wide_activate(
    int activation, const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t h,
    const ct_quant *q, float *row, int kind, void *out, size_t hp, ct_quant *oq);
void ct_wide_residual(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t d, const ct_quant *q,
    const float *layer_scale, float *x, size_t ldx);

#endif
