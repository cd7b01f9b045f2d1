#include "CTransformerKernels.h"
#include "ct_math.h"
#include "ct_wide.h"

#define LANES 32

#if defined(__x86_64__)
#define IF_WIDE(call) \
  if (ct_level() == 4) { \
    call; \
    return; \
  }
#else
#define IF_WIDE(call)
#endif

/* One row of floats to an operand. */
CT_INLINE void put(
    int kind, const float *restrict row, size_t d, void *restrict out, size_t dp, ct_quant *q) {
  if (kind == CT_F32) {
    float *restrict y = out;
    memcpy(y, row, d * sizeof(float));
    for (size_t i = d; i < dp; i++) y[i] = 0;
  } else if (kind == CT_BF16) {
    uint16_t *restrict y = out;
    for (size_t i = 0; i < d; i++) y[i] = ct_to_bf16(row[i]);
    for (size_t i = d; i < dp; i++) y[i] = 0;
  } else {
    uint8_t *restrict y = out;
    float low[LANES] = {0}, high[LANES] = {0};
    const size_t whole = d / LANES * LANES;
    for (size_t i = 0; i < whole; i += LANES)
      for (size_t l = 0; l < LANES; l++) {
        low[l] = row[i + l] < low[l] ? row[i + l] : low[l];
        high[l] = row[i + l] > high[l] ? row[i + l] : high[l];
      }
    for (size_t i = whole; i < d; i++) {
      low[0] = row[i] < low[0] ? row[i] : low[0];
      high[0] = row[i] > high[0] ? row[i] : high[0];
    }
    for (size_t l = 1; l < LANES; l++) {
      low[0] = low[l] < low[0] ? low[l] : low[0];
      high[0] = high[l] > high[0] ? high[l] : high[0];
    }
    const float range = high[0] - low[0];
    /* A row of zeros, or one that is not finite, becomes zeros (the latter's NaNs live on in the
       residual stream). */
    const int usable = range > 0 && range < 1e37f;
    const float scale = usable ? range / 255.0f : 1.0f, inverse = usable ? 255.0f / range : 0.0f;
    const int32_t zero = (int32_t)(-low[0] * inverse + 0.5f);
    for (size_t i = 0; i < d; i++) {
      const float shifted = row[i] * inverse + CT_ROUND;
      int32_t v = (int32_t)(ct_bits(shifted) - ct_bits(CT_ROUND)) + zero;
      v = v < 0 ? 0 : v;
      v = v > 255 ? 255 : v;
      y[i] = (uint8_t)v;
    }
    for (size_t i = d; i < dp; i++) y[i] = 0;
    q->scale = usable ? scale : range >= 1e37f || range != range ? range : 1.0f;
    q->zero = zero;
  }
}

CT_INLINE size_t operand_bytes(int kind) { return kind == CT_F32 ? 4 : kind == CT_BF16 ? 2 : 1; }

/* One row of a product's result to floats. */
CT_INLINE void get(
    const ct_linear *linear, const void *c, size_t n, const ct_quant *q, float *restrict row) {
  const float *restrict bias = linear->bias;
  if (linear->scale) {
    const int32_t *restrict raw = c;
    const float *restrict scale = linear->scale;
    const int32_t *restrict sums = linear->sums;
    const float s = q->scale;
    const int32_t zero = q->zero;
    if (bias)
      for (size_t i = 0; i < n; i++)
        row[i] = (float)(raw[i] - zero * sums[i]) * (s * scale[i]) + bias[i];
    else
      for (size_t i = 0; i < n; i++) row[i] = (float)(raw[i] - zero * sums[i]) * (s * scale[i]);
  } else {
    const float *restrict raw = c;
    if (bias)
      for (size_t i = 0; i < n; i++) row[i] = raw[i] + bias[i];
    else
      for (size_t i = 0; i < n; i++) row[i] = raw[i];
  }
}

CT_INLINE float total(float *lanes) {
  for (size_t step = LANES / 2; step > 0; step /= 2)
    for (size_t l = 0; l < step; l++) lanes[l] += lanes[l + step];
  return lanes[0];
}

CT_INLINE void normalize(
    const float *restrict x, size_t d, const float *restrict gamma, const float *restrict beta,
    float eps, float *restrict y) {
  const size_t whole = d / LANES * LANES;
  float sum[LANES] = {0};
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) sum[l] += x[i + l];
  for (size_t i = whole; i < d; i++) sum[i - whole] += x[i];
  const float mean = total(sum) / (float)d;
  float squares[LANES] = {0};
  for (size_t i = 0; i < whole; i += LANES)
    for (size_t l = 0; l < LANES; l++) {
      const float v = x[i + l] - mean;
      squares[l] += v * v;
    }
  for (size_t i = whole; i < d; i++) {
    const float v = x[i] - mean;
    squares[i - whole] += v * v;
  }
  const float r = 1.0f / __builtin_sqrtf(total(squares) / (float)d + eps);
  for (size_t i = 0; i < d; i++) y[i] = (x[i] - mean) * r * gamma[i] + beta[i];
}

CT_CLONES void ct_norm(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, const float *gamma,
    const float *beta, float eps, float *row, void *out, size_t dp, ct_quant *q) {
  IF_WIDE(ct_wide_norm(kind, x, ldx, rows, d, gamma, beta, eps, row, out, dp, q))
  char *target = out;
  for (size_t r = 0; r < rows; r++, target += dp * operand_bytes(kind)) {
    normalize(x + r * ldx, d, gamma, beta, eps, row);
    put(kind, row, d, target, dp, q ? q + r : q);
  }
}

CT_CLONES void ct_convert(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, void *out, size_t dp,
    ct_quant *q) {
  IF_WIDE(ct_wide_convert(kind, x, ldx, rows, d, out, dp, q))
  char *target = out;
  for (size_t r = 0; r < rows; r++, target += dp * operand_bytes(kind))
    put(kind, x + r * ldx, d, target, dp, q ? q + r : q);
}

CT_CLONES void ct_project(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t n, const ct_quant *q,
    size_t scaled, float factor, float *row, int kind, void *out, size_t ldo) {
  IF_WIDE(ct_wide_project(linear, c, ldc, rows, n, q, scaled, factor, kind, out, ldo))
  for (size_t r = 0; r < rows; r++) {
    get(linear, (const float *)c + r * ldc, n, q ? q + r : q, row);
    for (size_t i = 0; i < scaled; i++) row[i] *= factor;
    put(kind, row, n, (char *)out + r * ldo * operand_bytes(kind), n, NULL);
  }
}

CT_CLONES void ct_activate(
    int activation, const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t h,
    const ct_quant *q, float *row, int kind, void *out, size_t hp, ct_quant *oq) {
  IF_WIDE(
      ct_wide_activate(activation, linear, c, ldc, rows, h, q, row, kind, out, hp, oq))
  char *target = out;
  for (size_t r = 0; r < rows; r++, target += hp * operand_bytes(kind)) {
    get(linear, (const float *)c + r * ldc, activation == CT_SWIGLU ? 2 * h : h, q ? q + r : q,
        row);
    if (activation == CT_GELU)
      for (size_t i = 0; i < h; i++) row[i] = ct_gelu(row[i]);
    else if (activation == CT_QUICK_GELU)
      for (size_t i = 0; i < h; i++) row[i] = ct_silu(row[i], 1.702f);
    else
      for (size_t i = 0; i < h; i++) row[i] = ct_silu(row[i], 1.0f) * row[h + i];
    put(kind, row, h, target, hp, oq ? oq + r : oq);
  }
}

CT_CLONES void ct_residual(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t d, const ct_quant *q,
    const float *layer_scale, float *row, float *x, size_t ldx) {
  IF_WIDE(ct_wide_residual(linear, c, ldc, rows, d, q, layer_scale, x, ldx))
  for (size_t r = 0; r < rows; r++) {
    float *restrict y = x + r * ldx;
    get(linear, (const float *)c + r * ldc, d, q ? q + r : q, row);
    if (layer_scale)
      for (size_t i = 0; i < d; i++) y[i] += layer_scale[i] * row[i];
    else
      for (size_t i = 0; i < d; i++) y[i] += row[i];
  }
}

CT_CLONES void ct_activation_values(int activation, const float *x, size_t n, float *y) {
#if defined(__x86_64__)
  if (ct_level() == 4 && activation != CT_SWIGLU) {
    const ct_linear plain = {0};
    ct_wide_activate(activation, &plain, x, n, 1, n, NULL, NULL, CT_F32, y, n, NULL);
    return;
  }
#endif
  for (size_t i = 0; i < n; i++)
    y[i] = activation == CT_GELU ? ct_gelu(x[i])
                                 : ct_silu(x[i], activation == CT_QUICK_GELU ? 1.702f : 1.0f);
}

CT_CLONES void ct_bf16(const float *x, size_t n, uint16_t *out) {
  for (size_t i = 0; i < n; i++) out[i] = ct_to_bf16(x[i]);
}

CT_CLONES void ct_quantize_weights(
    const float *w, size_t n, size_t k, size_t np, size_t kp, int8_t *out, float *scale,
    int32_t *sums) {
  for (size_t r = 0; r < np; r++) {
    int8_t *restrict y = out + r * kp;
    memset(y, 0, kp);
    scale[r] = 0;
    sums[r] = 0;
    if (r >= n) continue;
    const float *restrict x = w + r * k;
    float high[LANES] = {0};
    for (size_t i = 0; i < k; i++) {
      const float v = x[i] < 0 ? -x[i] : x[i];
      high[i % LANES] = v > high[i % LANES] ? v : high[i % LANES];
    }
    for (size_t l = 1; l < LANES; l++) high[0] = high[l] > high[0] ? high[l] : high[0];
    const int usable = high[0] > 0 && high[0] < 1e37f;
    const float inverse = usable ? 127.0f / high[0] : 0.0f;
    scale[r] = usable ? high[0] / 127.0f : 0.0f;
    int32_t sum = 0;
    for (size_t i = 0; i < k; i++) {
      const int32_t v = (int32_t)(ct_bits(x[i] * inverse + CT_ROUND) - ct_bits(CT_ROUND));
      y[i] = (int8_t)v;
      sum += (int8_t)v;
    }
    sums[r] = sum;
  }
}

int ct_has_bf16(void) {
  return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
}
int ct_has_vnni(void) {
  return __builtin_cpu_supports("avx512vnni") && ct_level() == 4;
}
int ct_level(void) {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return 4;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 3 : 1;
}
