#include "ct_attention_vnni.h"

#if defined(__x86_64__)
#include "ct_math.h"
#include "ct_transpose.h"

#pragma clang attribute push( \
    __attribute__((target( \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

/* Values are at most this as integers, and the sum of a row's weights at most WEIGHT_SUM: their
   product is below 2^31. */
#define VALUE_LIMIT 2047.0f
#define WEIGHT_SUM 1.049e6f

/* The first n of 32 lanes, and of 16. */
CT_INLINE __mmask32 halves(size_t n) { return n >= 32 ? 0xFFFFFFFF : (1u << n) - 1; }
CT_INLINE __mmask16 words(size_t n) { return n >= 16 ? 0xFFFF : (__mmask16)((1u << n) - 1); }

/* How bf16 values become integers: value = scale * integer. */
typedef struct {
  float inverse, scale;
} range;

/* The range of rows whose largest value becomes `limit`; NaN where one is not finite. */
CT_INLINE range range_of(
    const uint16_t *rows, size_t stride, size_t count, size_t dim, float limit) {
  /* The bits of magnitudes are ordered as they are, infinity and NaN above all. */
  const __m512i magnitude = _mm512_set1_epi16(0x7FFF);
  __m512i high = _mm512_setzero_si512();
  for (size_t r = 0; r < count; r++, rows += stride)
    for (size_t d = 0; d < dim; d += 32)
      high = _mm512_max_epi16(
          high,
          _mm512_and_si512(magnitude, _mm512_maskz_loadu_epi16(halves(dim - d), rows + d)));
  const __m512i both = _mm512_max_epi32(
      _mm512_and_si512(high, _mm512_set1_epi32(0xFFFF)), _mm512_srli_epi32(high, 16));
  const float top = ct_float((uint32_t)_mm512_reduce_max_epi32(both) << 16);
  if (!(top < __builtin_inff())) return (range){0, __builtin_nanf("")};
  return top < 1e-30f ? (range){0, 0} : (range){limit / top, top / limit};
}

/* 32 bf16 values to 32 integers of 16 bits, in their places. */
CT_INLINE __m512i integers(__m512i x, __m512 inverse) {
  const __m512 even = _mm512_castsi512_ps(_mm512_slli_epi32(x, 16));
  const __m512 odd = _mm512_castsi512_ps(_mm512_and_si512(x, _mm512_set1_epi32(-65536)));
  const __m512i low = _mm512_cvtps_epi32(_mm512_mul_ps(even, inverse));
  const __m512i high = _mm512_cvtps_epi32(_mm512_mul_ps(odd, inverse));
  return _mm512_mask_blend_epi16(0xAAAAAAAA, low, _mm512_slli_epi32(high, 16));
}

/* Keys to panels of 16 tokens: pairs of a token's values side by side, tokens across a vector. */
static void pack_keys(
    const uint16_t *keys, size_t ld, size_t tokens, size_t dim, float inverse, uint32_t *panels) {
  const size_t depth = (dim + 1) / 2;
  const __m512 by = _mm512_set1_ps(inverse);
  for (size_t t = 0; t < tokens; t += 16, panels += depth * 16)
    for (size_t d = 0; d < depth; d += 16) {
      const size_t left = depth - d < 16 ? depth - d : 16;
      const __mmask32 mask = halves(dim - 2 * d);
      __m512i r[16];
#pragma clang loop unroll(full)
      for (size_t l = 0; l < 16; l++)
        r[l] = t + l < tokens
            ? integers(_mm512_maskz_loadu_epi16(mask, keys + (t + l) * ld + 2 * d), by)
            : _mm512_setzero_si512();
      ct_transpose(r);
      if (left == 16) {
#pragma clang loop unroll(full)
        for (size_t j = 0; j < 16; j++) _mm512_store_si512(panels + (d + j) * 16, r[j]);
      } else {
        for (size_t j = 0; j < left; j++) _mm512_store_si512(panels + (d + j) * 16, r[j]);
      }
    }
}

CT_INLINE __m512i values_of(const uint16_t *row, __mmask16 mask, __m512 inverse) {
  const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, row));
  return _mm512_cvtps_epi32(
      _mm512_mul_ps(_mm512_castsi512_ps(_mm512_slli_epi32(wide, 16)), inverse));
}

/* Values to panels of 16 columns: pairs of tokens side by side. */
static void pack_values(
    const uint16_t *values, size_t ld, size_t tokens, size_t dim, float inverse, size_t span,
    uint32_t *panels) {
  const __m512 by = _mm512_set1_ps(inverse);
  for (size_t d = 0; d < dim; d += 16, panels += span * 16) {
    const __mmask16 mask = words(dim - d);
    const uint16_t *row = values + d;
    for (size_t s = 0; s < span; s++, row += 2 * ld) {
      const __m512i first =
          2 * s < tokens ? values_of(row, mask, by) : _mm512_setzero_si512();
      const __m512i second =
          2 * s + 1 < tokens ? values_of(row + ld, mask, by) : _mm512_setzero_si512();
      _mm512_store_si512(
          panels + s * 16,
          _mm512_mask_blend_epi16(0xAAAAAAAA, first, _mm512_slli_epi32(second, 16)));
    }
  }
}

/* sum + the products of pairs. Clang takes the intrinsic apart into two instructions. */
CT_INLINE __m512i dot(__m512i sum, __m512i left, __m512i right) {
  __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(left), "v"(right));
  return sum;
}

#define DOT dot
#include "ct_attention_tile.inc"

/* Softmax without its division: the exponentials of `factor` times the scores as floats in their
   place, then as integers in `weights`, zeros from `valid` to `padded`. Returns the sum of these
   integers; NaN where a score is. */
CT_INLINE float weigh(
    int32_t *scores, float factor, size_t valid, size_t padded, uint16_t *weights) {
  __m512i high = _mm512_set1_epi32(INT32_MIN);
  for (size_t i = 0; i < valid; i += 16)
    high = _mm512_mask_max_epi32(high, words(valid - i), high, _mm512_load_si512(scores + i));
  const __m512 by = _mm512_set1_ps(factor * 1.44269504f);
  const __m512 top = _mm512_set1_ps((float)_mm512_reduce_max_epi32(high));
  __m512 sum = _mm512_setzero_ps();
  for (size_t i = 0; i < valid; i += 16) {
    /* Never above zero, so that no weight is above one. */
    const __m512 below = _mm512_sub_ps(_mm512_cvtepi32_ps(_mm512_load_si512(scores + i)), top);
    const __m512 t = _mm512_mul_ps(below, by);
    const __m512 k =
        _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    const __m512 f = _mm512_sub_ps(t, k);
    /* 2^f = sum of (f ln 2)^n / n!. */
    __m512 p = _mm512_set1_ps(1.33335581e-3f);
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(9.61812911e-3f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(5.55041087e-2f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.240226507f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(0.693147181f));
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(1.0f));
    p = _mm512_maskz_scalef_ps(words(valid - i), p, k);
    sum = _mm512_add_ps(sum, p);
    _mm512_store_ps(scores + i, p);
  }
  const float total = _mm512_reduce_add_ps(sum);
  /* At most 2^15 - 1 each and WEIGHT_SUM together, where each may be rounded up by a half. */
  const float most = (WEIGHT_SUM - 0.5f * (float)valid) / total;
  const float unit = most < 32767.0f ? most : 32767.0f;
  __m512i weight = _mm512_setzero_si512();
  size_t i = 0;
  for (; i < valid; i += 16) {
    const __m512i w = _mm512_cvtps_epi32(
        _mm512_mul_ps(_mm512_load_ps(scores + i), _mm512_set1_ps(unit)));
    weight = _mm512_add_epi32(weight, w);
    _mm256_store_si256((__m256i *)(weights + i), _mm512_cvtepi32_epi16(w));
  }
  for (; i < padded; i += 16)
    _mm256_store_si256((__m256i *)(weights + i), _mm256_setzero_si256());
  return total == total ? (float)_mm512_reduce_add_epi32(weight) : total;
}

void ct_attention_vnni(
    const uint16_t *q, const uint16_t *k, const uint16_t *v, size_t ld, size_t tokens,
    size_t queries, size_t dim, int causal, void *out, size_t ldo, int out_kind, void *scratch) {
  const size_t key_panels = (tokens + 15) / 16, value_panels = (dim + 15) / 16;
  const size_t padded = key_panels * 16, wide = value_panels * 16;
  const size_t depth = (dim + 1) / 2, span = padded / 2, q_stride = value_panels * 16;
  uint32_t *keys = scratch;
  uint32_t *values = keys + padded * depth;
  int32_t *scores = (int32_t *)(values + wide * span);
  int32_t *sums = scores + ROWS * padded;
  uint32_t *left = (uint32_t *)(sums + ROWS * wide);
  uint16_t *weights = (uint16_t *)(left + ROWS * q_stride);

  /* A sum of `dim` products of integers up to `limit` stays below 2^31. */
  const float root = __builtin_floorf(__builtin_sqrtf(2.147e9f / (float)dim));
  const float limit = root < 32767.0f ? root : 32767.0f;
  const range key_range = range_of(k, ld, tokens, dim, limit);
  const range value_range = range_of(v, ld, tokens, dim, VALUE_LIMIT);
  pack_keys(k, ld, tokens, dim, key_range.inverse, keys);
  pack_values(v, ld, tokens, dim, value_range.inverse, span, values);

  for (size_t t = 0; t < queries; t += ROWS) {
    const size_t rows = queries - t < ROWS ? queries - t : ROWS;
    float factor[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
      const uint16_t *row = q + (t + (i < rows ? i : 0)) * ld;
      const range r = range_of(row, 0, 1, dim, limit);
      factor[i] = r.scale * key_range.scale;
      for (size_t d = 0; d < dim; d += 32)
        _mm512_store_si512(
            left + i * q_stride + d / 2,
            integers(
                _mm512_maskz_loadu_epi16(halves(dim - d), row + d), _mm512_set1_ps(r.inverse)));
    }
    /* Under the causal mask keys beyond the last of these rows do not matter. */
    const size_t seen = causal ? t + rows : tokens;
    product(left, q_stride, keys, depth, (seen + 15) / 16, NULL, scores, padded);
    float weight[ROWS];
    for (size_t i = 0; i < ROWS; i++)
      weight[i] = weigh(
          scores + i * padded, factor[i], causal && t + i < seen ? t + i + 1 : seen, padded,
          weights + i * padded);
    product((const uint32_t *)weights, span, values, span, value_panels, NULL, sums, wide);
    for (size_t i = 0; i < rows; i++) {
      const int32_t *restrict row = sums + i * wide;
      const float f = value_range.scale / weight[i];
      if (out_kind == CT_BF16) {
        uint16_t *restrict y = (uint16_t *)out + (t + i) * ldo;
        for (size_t d = 0; d < dim; d++) y[d] = ct_to_bf16((float)row[d] * f);
      } else {
        float *restrict y = (float *)out + (t + i) * ldo;
        for (size_t d = 0; d < dim; d++) y[d] = (float)row[d] * f;
      }
    }
  }
}

#pragma clang attribute pop
#endif
