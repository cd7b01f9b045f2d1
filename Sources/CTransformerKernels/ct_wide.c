#include "ct_wide.h"

#if defined(__x86_64__)
#include "ct_lanes.h"
#include "ct_math.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

/* How the raw results of one row become values. */
typedef struct {
  const float *bias, *scale;
  const int32_t *sums;
  __m512 row_scale;
  __m512i zero;
} source;

CT_INLINE source source_of(const ct_linear *linear, const ct_quant *q) {
  source s = {linear->bias, linear->scale, linear->sums, _mm512_setzero_ps(),
      _mm512_setzero_si512()};
  if (s.scale) {
    s.row_scale = _mm512_set1_ps(q->scale);
    s.zero = _mm512_set1_epi32(q->zero);
  }
  return s;
}

CT_INLINE __m512 value(const source *s, const void *c, size_t i, __mmask16 m) {
  const __m512 bias = s->bias ? _mm512_maskz_loadu_ps(m, s->bias + i) : _mm512_setzero_ps();
  if (!s->scale) return _mm512_add_ps(_mm512_maskz_loadu_ps(m, (const float *)c + i), bias);
  const __m512i raw = _mm512_maskz_loadu_epi32(m, (const int32_t *)c + i);
  const __m512i sums = _mm512_maskz_loadu_epi32(m, s->sums + i);
  const __m512 v = _mm512_cvtepi32_ps(_mm512_sub_epi32(raw, _mm512_mullo_epi32(s->zero, sums)));
  return _mm512_fmadd_ps(
      v, _mm512_mul_ps(s->row_scale, _mm512_maskz_loadu_ps(m, s->scale + i)), bias);
}

/* One row on its way to an operand. */
typedef struct {
  int kind;
  void *out;
  float *row;
  __m512 low, high;
} sink;

CT_INLINE sink sink_of(int kind, void *out, float *row) {
  return (sink){kind, out, row, _mm512_setzero_ps(), _mm512_setzero_ps()};
}

CT_INLINE void put(sink *s, size_t i, __mmask16 m, __m512 v) {
  if (s->kind == CT_F32)
    _mm512_mask_storeu_ps((float *)s->out + i, m, v);
  else if (s->kind == CT_BF16)
    store_bf16((uint16_t *)s->out + i, m, v);
  else {
    /* A NaN keeps the bound that was. */
    s->low = _mm512_mask_min_ps(s->low, m, v, s->low);
    s->high = _mm512_mask_max_ps(s->high, m, v, s->high);
    _mm512_mask_storeu_ps(s->row + i, m, v);
  }
}

/* Zeros beyond d, and for 8 bits the row's scale and bytes: as in ct_rows.c. `whole`: d is a multiple
   of 16. */
CT_INLINE void finish(sink *s, size_t d, size_t dp, ct_quant *q, int whole) {
  if (s->kind == CT_F32)
    memset((float *)s->out + d, 0, (dp - d) * 4);
  else if (s->kind == CT_BF16)
    memset((uint16_t *)s->out + d, 0, (dp - d) * 2);
  else {
    const byte_range range = byte_range_of(
        _mm512_reduce_min_ps(s->low), _mm512_reduce_max_ps(s->high));
    const __m512i shift = _mm512_set1_epi32(range.q.zero - (int32_t)ct_bits(CT_ROUND));
    uint8_t *y = s->out;
    for (size_t i = 0; i < d; i += 16) {
      const __mmask16 m = whole ? 0xFFFF : lanes(d - i);
      const __m512 v = _mm512_fmadd_ps(
          _mm512_maskz_loadu_ps(m, s->row + i), C(range.inverse), C(CT_ROUND));
      const __m512i byte = _mm512_max_epi32(
          _mm512_add_epi32(_mm512_castps_si512(v), shift), _mm512_setzero_si512());
      _mm512_mask_cvtusepi32_storeu_epi8(y + i, m, byte);
    }
    memset(y + d, 0, dp - d);
    *q = range.q;
  }
}

CT_INLINE size_t bytes(int kind) { return kind == CT_F32 ? 4 : kind == CT_BF16 ? 2 : 1; }

/* 1 / x to the last bit or two, for ordinary x. */
CT_INLINE __m512 reciprocal(__m512 x) {
  const __m512 r = _mm512_rcp14_ps(x);
  return _mm512_mul_ps(r, _mm512_fnmadd_ps(x, r, _mm512_set1_ps(2)));
}

/* The functions of ct_math.h. */
CT_INLINE __m512 gelu(__m512 x) {
  const __m512 z = _mm512_min_ps(_mm512_max_ps(x, C(-5.6f)), C(5.6f));
  const __m512 u = _mm512_mul_ps(z, z);
  __m512 p = STEP(C(2.214531e-08f), u, 6.35654033e-06f);
  __m512 q = STEP(C(1.18021252e-06f), u, 7.51021166e-05f);
  p = STEP(p, u, 0.000173851252f);
  q = STEP(q, u, 0.00191298108f);
  p = STEP(p, u, 0.00470726258f);
  q = STEP(q, u, 0.0289401147f);
  p = STEP(p, u, 0.0343761524f);
  q = STEP(q, u, 0.252833949f);
  p = STEP(p, u, 0.398942222f);
  q = STEP(q, u, 1.0f);
  return _mm512_mul_ps(
      x, _mm512_fmadd_ps(z, _mm512_mul_ps(p, reciprocal(q)), C(0.5f)));
}

CT_INLINE __m512 exponential(__m512 x) {
  x = _mm512_min_ps(_mm512_max_ps(x, C(-87.0f)), C(88.0f));
  const __m512 k = _mm512_roundscale_ps(
      _mm512_mul_ps(x, C(1.44269504f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 f = _mm512_fmadd_ps(
      k, C(2.12194440e-4f), _mm512_fnmadd_ps(k, C(0.693359375f), x));
  __m512 p = STEP(C(1.0f / 5040), f, 1.0f / 720);
  p = STEP(p, f, 1.0f / 120);
  p = STEP(p, f, 1.0f / 24);
  p = STEP(p, f, 1.0f / 6);
  p = STEP(p, f, 0.5f);
  p = STEP(p, f, 1.0f);
  p = STEP(p, f, 1.0f);
  return _mm512_scalef_ps(p, k);
}

CT_INLINE __m512 silu(__m512 x, float slope) {
  return _mm512_div_ps(x, _mm512_add_ps(C(1), exponential(_mm512_mul_ps(x, C(-slope)))));
}

CT_INLINE __m512 sum4(const __m512 s[4]) {
  return _mm512_add_ps(_mm512_add_ps(s[0], s[1]), _mm512_add_ps(s[2], s[3]));
}

/* `whole`: d is a multiple of 16. */
CT_INLINE void norm_rows(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, const float *gamma,
    const float *beta, float eps, float *row, char *out, size_t dp, ct_quant *q, int whole) {
  for (size_t r = 0; r < rows; r++, x += ldx, out += dp * bytes(kind)) {
    __m512 sum[4] = {0}, squares[4] = {0};
    size_t i = 0;
    for (; i + 64 <= d; i += 64)
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 4; j++)
        sum[j] = _mm512_add_ps(sum[j], _mm512_loadu_ps(x + i + 16 * j));
    for (; i < d; i += 16)
      sum[0] = _mm512_add_ps(sum[0], _mm512_maskz_loadu_ps(lanes(d - i), x + i));
    const float mean = _mm512_reduce_add_ps(sum4(sum)) / (float)d;
    for (i = 0; i + 64 <= d; i += 64)
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 4; j++) {
        const __m512 v = _mm512_sub_ps(_mm512_loadu_ps(x + i + 16 * j), C(mean));
        squares[j] = _mm512_fmadd_ps(v, v, squares[j]);
      }
    for (; i < d; i += 16) {
      const __mmask16 m = lanes(d - i);
      const __m512 v = _mm512_maskz_sub_ps(m, _mm512_maskz_loadu_ps(m, x + i), C(mean));
      squares[0] = _mm512_fmadd_ps(v, v, squares[0]);
    }
    const float variance = _mm512_reduce_add_ps(sum4(squares)) / (float)d;
    const float scale = 1.0f / __builtin_sqrtf(variance + eps);
    sink s = sink_of(kind, out, row);
    for (i = 0; i < d; i += 16) {
      const __mmask16 m = whole ? 0xFFFF : lanes(d - i);
      const __m512 v = _mm512_mul_ps(
          _mm512_sub_ps(_mm512_maskz_loadu_ps(m, x + i), C(mean)), C(scale));
      put(&s, i, m, _mm512_fmadd_ps(
          v, _mm512_maskz_loadu_ps(m, gamma + i), _mm512_maskz_loadu_ps(m, beta + i)));
    }
    finish(&s, d, dp, q ? q + r : q, whole);
  }
}

void ct_wide_norm(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, const float *gamma,
    const float *beta, float eps, float *row, void *out, size_t dp, ct_quant *q) {
  if (kind == CT_F32) norm_rows(CT_F32, x, ldx, rows, d, gamma, beta, eps, row, out, dp, q, 0);
  else if (kind == CT_BF16)
    norm_rows(CT_BF16, x, ldx, rows, d, gamma, beta, eps, row, out, dp, q, 0);
  else if (d % 16 == 0) norm_rows(CT_U8, x, ldx, rows, d, gamma, beta, eps, row, out, dp, q, 1);
  else norm_rows(CT_U8, x, ldx, rows, d, gamma, beta, eps, row, out, dp, q, 0);
}

CT_INLINE void convert_rows(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, char *out, size_t dp,
    ct_quant *q) {
  for (size_t r = 0; r < rows; r++, x += ldx, out += dp * bytes(kind)) {
    /* The row is its own scratch: what `put` would write there stands there. */
    sink s = sink_of(kind, out, (float *)x);
    for (size_t i = 0; i < d; i += 16) {
      const __mmask16 m = lanes(d - i);
      const __m512 v = _mm512_maskz_loadu_ps(m, x + i);
      if (kind == CT_U8) {
        s.low = _mm512_min_ps(v, s.low);
        s.high = _mm512_max_ps(v, s.high);
      } else
        put(&s, i, m, v);
    }
    finish(&s, d, dp, q ? q + r : q, d % 16 == 0);
  }
}

void ct_wide_convert(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, void *out, size_t dp,
    ct_quant *q) {
  if (kind == CT_F32) convert_rows(CT_F32, x, ldx, rows, d, out, dp, q);
  else if (kind == CT_BF16) convert_rows(CT_BF16, x, ldx, rows, d, out, dp, q);
  else convert_rows(CT_U8, x, ldx, rows, d, out, dp, q);
}

CT_INLINE void project_rows(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t n, const ct_quant *q,
    size_t scaled, float factor, int kind, char *out, size_t ldo) {
  for (size_t r = 0; r < rows; r++, out += ldo * bytes(kind)) {
    const float *raw = (const float *)c + r * ldc;
    const source from = source_of(linear, q ? q + r : q);
    sink to = sink_of(kind, out, NULL);
    for (size_t i = 0; i < n; i += 16) {
      const __mmask16 m = lanes(n - i);
      __m512 v = value(&from, raw, i, m);
      if (i < scaled) v = _mm512_mask_mul_ps(v, lanes(scaled - i), v, C(factor));
      put(&to, i, m, v);
    }
  }
}

void ct_wide_project(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t n, const ct_quant *q,
    size_t scaled, float factor, int kind, void *out, size_t ldo) {
  if (kind == CT_F32) project_rows(linear, c, ldc, rows, n, q, scaled, factor, CT_F32, out, ldo);
  else project_rows(linear, c, ldc, rows, n, q, scaled, factor, CT_BF16, out, ldo);
}

CT_INLINE void activate_rows(
    int activation, const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t h,
    const ct_quant *q, float *row, int kind, char *out, size_t hp, ct_quant *oq) {
  for (size_t r = 0; r < rows; r++, out += hp * bytes(kind)) {
    const float *raw = (const float *)c + r * ldc;
    const source from = source_of(linear, q ? q + r : q);
    sink to = sink_of(kind, out, row);
    for (size_t i = 0; i < h; i += 16) {
      const __mmask16 m = lanes(h - i);
      __m512 v = value(&from, raw, i, m);
      if (activation == CT_GELU) v = gelu(v);
      else if (activation == CT_QUICK_GELU) v = silu(v, 1.702f);
      else v = _mm512_mul_ps(silu(v, 1.0f), value(&from, raw, h + i, m));
      put(&to, i, m, v);
    }
    finish(&to, h, hp, oq ? oq + r : oq, 0);
  }
}

void ct_wide_activate(
    int activation, const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t h,
    const ct_quant *q, float *row, int kind, void *out, size_t hp, ct_quant *oq) {
#define CASE(a, k) \
  if (activation == a && kind == k) \
    return activate_rows(a, linear, c, ldc, rows, h, q, row, k, out, hp, oq)
  CASE(CT_GELU, CT_F32);
  CASE(CT_GELU, CT_BF16);
  CASE(CT_GELU, CT_U8);
#undef CASE
  activate_rows(activation, linear, c, ldc, rows, h, q, row, kind, out, hp, oq);
}

void ct_wide_residual(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t d, const ct_quant *q,
    const float *layer_scale, float *x, size_t ldx) {
  for (size_t r = 0; r < rows; r++) {
    float *y = x + r * ldx;
    const float *raw = (const float *)c + r * ldc;
    const source from = source_of(linear, q ? q + r : q);
    for (size_t i = 0; i < d; i += 16) {
      const __mmask16 m = lanes(d - i);
      const __m512 v = value(&from, raw, i, m), old = _mm512_maskz_loadu_ps(m, y + i);
      _mm512_mask_storeu_ps(y + i, m,
          layer_scale ? _mm512_fmadd_ps(v, _mm512_maskz_loadu_ps(m, layer_scale + i), old)
                      : _mm512_add_ps(v, old));
    }
  }
}

#pragma clang attribute pop
#endif
