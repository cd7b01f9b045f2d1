#include "ck_heads.h"
#include "ck_clones.h"

#define LANES 16

CK_CLONES void fk_affine(
    const float *x, const float *w, const float *bias, size_t in, size_t out, float *y) {
  const size_t whole = in / LANES * LANES;
  for (size_t o = 0; o < out; o++) {
    const float *row = w + o * in;
    float lanes[LANES] = {0};
    for (size_t i = 0; i < whole; i += LANES)
      for (size_t l = 0; l < LANES; l++) lanes[l] += x[i + l] * row[i + l];
    for (size_t i = whole; i < in; i++) lanes[i - whole] += x[i] * row[i];
    for (size_t step = LANES / 2; step > 0; step /= 2)
      for (size_t l = 0; l < step; l++) lanes[l] += lanes[l + step];
    y[o] = lanes[0] + bias[o];
  }
}

/* Rows of input that are worked on at once, and inputs whose weights stay in the nearest cache while
   all rows are gone through. */
enum { ROWS = 4, INPUTS = 32 };
typedef float sixteen __attribute__((vector_size(4 * LANES), aligned(4)));

static inline __attribute__((always_inline)) void dense_rows(
    const float *x, size_t stride, size_t rows, const float *w, size_t in, size_t out,
    float *sums) {
#pragma clang fp contract(off)
  size_t o = 0;
  for (; o + LANES <= out; o += LANES) {
    sixteen own[ROWS];
    for (size_t r = 0; r < rows; r++) own[r] = *(const sixteen *)(sums + r * out + o);
    for (size_t i = 0; i < in; i++) {
      const sixteen weights = *(const sixteen *)(w + i * out + o);
      for (size_t r = 0; r < rows; r++) own[r] += x[r * stride + i] * weights;
    }
    for (size_t r = 0; r < rows; r++) *(sixteen *)(sums + r * out + o) = own[r];
  }
  for (size_t i = 0; i < in; i++)
    for (size_t r = 0; r < rows; r++)
      for (size_t u = o; u < out; u++) sums[r * out + u] += x[r * stride + i] * w[i * out + u];
}

CK_CLONES void fk_dense(
    const float *x, size_t rows, const float *w, size_t in, size_t out, float *sums) {
  for (size_t first = 0; first < in; first += INPUTS) {
    const size_t count = in - first < INPUTS ? in - first : INPUTS;
    size_t r = 0;
    for (; r + ROWS <= rows; r += ROWS)
      dense_rows(x + r * in + first, in, ROWS, w + first * out, count, out, sums + r * out);
    for (; r < rows; r++)
      dense_rows(x + r * in + first, in, 1, w + first * out, count, out, sums + r * out);
  }
}

CK_CLONES void fk_standardise(
    const float *x, const float *mean, const float *scale, size_t n, float clip, float *out) {
  for (size_t i = 0; i < n; i++) {
    const float value = (x[i] - mean[i]) * scale[i];
    const float held = value < -clip ? -clip : value > clip ? clip : value;
    out[i] = __builtin_fabsf(value) <= __FLT_MAX__ ? held : 0;
  }
}

CK_CLONES double fk_dot_mixed(const float *restrict x, const double *restrict w, size_t n) {
  double lanes[LANES] = {0};
  const size_t whole = n / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) lanes[l] += (double)x[i + l] * w[i + l];
  for (size_t i = whole; i < n; i++) lanes[i - whole] += (double)x[i] * w[i];
  for (size_t step = LANES / 2; step > 0; step /= 2)
    for (size_t l = 0; l < step; l++) lanes[l] += lanes[l + step];
  return lanes[0];
}

CK_CLONES void fk_axpy_mixed(double a, const float *restrict x, double *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] += a * (double)x[i];
}

CK_CLONES void fk_axpy_double(double a, const double *restrict x, double *restrict y, size_t n) {
  for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

CK_CLONES double fk_dot_double(const double *restrict x, const double *restrict y, size_t n) {
  double lanes[LANES] = {0};
  const size_t whole = n / LANES * LANES;
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) lanes[l] += x[i + l] * y[i + l];
  for (size_t i = whole; i < n; i++) lanes[i - whole] += x[i] * y[i];
  for (size_t step = LANES / 2; step > 0; step /= 2)
    for (size_t l = 0; l < step; l++) lanes[l] += lanes[l + step];
  return lanes[0];
}

CK_CLONES void fk_adam(
    float *restrict w, const float *restrict gradient, float *restrict mean,
    float *restrict square, size_t n, float rate, float beta1, float beta2, float epsilon,
    float decay) {
  for (size_t i = 0; i < n; i++) {
    const float g = gradient[i];
    const float m = beta1 * mean[i] + (1 - beta1) * g;
    const float v = beta2 * square[i] + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = v;
    w[i] -= rate * m / (__builtin_sqrtf(v) + epsilon) + decay * w[i];
  }
}

void fk_histogram(
    const uint8_t *bins, const uint32_t *rows, const float *pairs, size_t n, double *histogram) {
  for (size_t i = 0; i < n; i++) {
    double *bin = histogram + 2 * (size_t)bins[rows[i]];
    bin[0] += (double)pairs[2 * i];
    bin[1] += (double)pairs[2 * i + 1];
  }
}
