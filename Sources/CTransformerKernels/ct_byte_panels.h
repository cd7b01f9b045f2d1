#ifndef CT_BYTE_PANELS_H
#define CT_BYTE_PANELS_H

/* A head's queries, keys and values as bytes, in the order that attention multiplies them. */

#if defined(__x86_64__)
#include "CTransformerKernels.h"
#include "ct_lanes.h"
#include "ct_math.h"
#include "ct_transpose.h"

#pragma clang attribute push( \
    __attribute__((target( \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

/* How many rows of queries, keys and values ahead are fetched. */
#define ROWS_AHEAD 12

CT_INLINE __m512 widen(const uint16_t *row, __mmask16 mask) {
  const __m256i halves = _mm256_maskz_loadu_epi16(mask, row);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
}

/* The lanes of part j of 64 columns from d. */
CT_INLINE __mmask16 part(size_t dim, size_t d, size_t j) {
  return d + 16 * j < dim ? lanes(dim - d - 16 * j) : 0;
}

/* One row, less `centre` where there is one, to signed bytes (from 128 on where `flip`), the largest
   of which is 127. Returns their scale: NaN where a value is not finite. `whole`: dim is a multiple
   of 16. */
CT_INLINE float row_bytes(
    const uint16_t *row, const float *centre, size_t dim, int flip, int8_t *out, int whole) {
#define MASK (whole ? (__mmask16)0xFFFF : lanes(dim - d))
  /* The bits of magnitudes are ordered as they are, infinity and NaN above all. */
  const __m512i magnitude = _mm512_set1_epi32(0x7FFFFFFF);
  __m512i high = _mm512_setzero_si512();
#define VALUES(d) \
  (centre ? _mm512_maskz_sub_ps(MASK, widen(row + d, MASK), _mm512_loadu_ps(centre + d)) \
          : widen(row + d, MASK))
  for (size_t d = 0; d < dim; d += 16)
    high = _mm512_max_epi32(
        high, _mm512_and_si512(magnitude, _mm512_castps_si512(VALUES(d))));
  const float top = ct_float((uint32_t)_mm512_reduce_max_epi32(high));
  const int finite = top < __builtin_inff();
  const float inverse = finite && top >= 1e-30f ? 127.0f / top : 0.0f;
  for (size_t d = 0; d < dim; d += 16) {
    const __m512i v = _mm512_cvtps_epi32(_mm512_mul_ps(VALUES(d), C(inverse)));
    _mm_storeu_si128(
        (__m128i *)(out + d),
        _mm_xor_si128(_mm512_cvtepi32_epi8(v), _mm_set1_epi8((char)(flip ? 0x80 : 0))));
  }
#undef VALUES
#undef MASK
  return finite ? (top < 1e-30f ? 0 : top / 127.0f) : __builtin_nanf("");
}

/* What all tokens have in common: the mean of keys, which softmax does not see, and the bounds of
   values. Returns whether all of them are finite. */
static int survey(
    const uint16_t *k, const uint16_t *v, size_t ld, size_t tokens, size_t dim, float *mean,
    float *low, float *high) {
  __m512 check = _mm512_setzero_ps();
  for (size_t d = 0; d < dim; d += 64) {
    __m512 sum[4], least[4], most[4];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++) {
      sum[j] = _mm512_setzero_ps();
      least[j] = C(__builtin_inff());
      most[j] = C(-__builtin_inff());
    }
    for (size_t t = 0; t < tokens; t++) {
      const uint16_t *key = k + t * ld + d, *value = v + t * ld + d;
      for (size_t i = 0; i < 64; i += 32) {
        _mm_prefetch(key + ROWS_AHEAD * ld + i, _MM_HINT_T1);
        _mm_prefetch(value + ROWS_AHEAD * ld + i, _MM_HINT_T1);
      }
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 4; j++) {
        const __mmask16 m = part(dim, d, j);
        const __m512 x = widen(value + 16 * j, m);
        sum[j] = _mm512_add_ps(sum[j], widen(key + 16 * j, m));
        least[j] = _mm512_min_ps(least[j], x);
        most[j] = _mm512_max_ps(most[j], x);
        /* NaN where a value is not finite. */
        check = _mm512_fmadd_ps(x, _mm512_setzero_ps(), check);
      }
    }
#pragma clang loop unroll(full)
    for (size_t j = 0; j < 4; j++) {
      const __mmask16 m = part(dim, d, j);
      const __m512 middle = _mm512_mul_ps(sum[j], C(1.0f / (float)tokens));
      check = _mm512_fmadd_ps(middle, _mm512_setzero_ps(), check);
      _mm512_mask_storeu_ps(mean + d + 16 * j, m, middle);
      _mm512_mask_storeu_ps(low + d + 16 * j, m, least[j]);
      _mm512_mask_storeu_ps(high + d + 16 * j, m, most[j]);
    }
  }
  return _mm512_reduce_add_ps(check) == 0;
}

/* Keys to panels of 16 tokens: fours of a token's values side by side, tokens across a vector. What
   128 in place of a query's zero adds to a score is taken away by `start`. */
static void pack_keys(
    const uint16_t *keys, size_t ld, size_t tokens, size_t dim, const float *mean, int8_t *rows,
    uint32_t *panels, float *scale, int32_t *start) {
  const size_t depth = (dim + 3) / 4, stride = (dim + 63) / 64 * 64;
  for (size_t t = 0; t < tokens; t += 16, panels += depth * 16) {
    for (size_t l = 0; l < 16; l++) {
      scale[t + l] = 0;
      if (t + l < tokens)
        scale[t + l] = dim % 16 == 0
            ? row_bytes(keys + (t + l) * ld, mean, dim, 0, rows + l * stride, 1)
            : row_bytes(keys + (t + l) * ld, mean, dim, 0, rows + l * stride, 0);
      else
        memset(rows + l * stride, 0, stride);
    }
    __m512i sum = _mm512_setzero_si512();
    for (size_t d = 0; d < depth; d += 16) {
      __m512i r[16];
#pragma clang loop unroll(full)
      for (size_t l = 0; l < 16; l++) r[l] = _mm512_loadu_si512(rows + l * stride + 4 * d);
      ct_transpose(r);
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 16; j++)
        if (d + j < depth) {
          _mm512_store_si512(panels + (d + j) * 16, r[j]);
          sum = _mm512_dpbusd_epi32(sum, _mm512_set1_epi8((char)0x80), r[j]);
        }
    }
    _mm512_store_si512(start + t, _mm512_sub_epi32(_mm512_setzero_si512(), sum));
  }
}

/* Values to panels of 16 columns: fours of tokens side by side. low and high become each column's
   middle and scale: value = scale * byte + middle. */
static void pack_values(
    const uint16_t *values, size_t ld, size_t tokens, size_t dim, size_t span, float *low,
    float *high, uint32_t *panels) {
  for (size_t d = 0; d < dim; d += 16, panels += span * 16) {
    const __mmask16 m = lanes(dim - d);
    const __m512 least = _mm512_maskz_loadu_ps(m, low + d);
    const __m512 most = _mm512_maskz_loadu_ps(m, high + d);
    const __m512 half = _mm512_mul_ps(C(0.5f), _mm512_sub_ps(most, least));
    const __mmask16 wide = _mm512_cmp_ps_mask(half, C(1e-30f), _CMP_GE_OQ);
    const __m512 inverse = _mm512_maskz_div_ps(wide, C(126), half);
    const __m512 scale = _mm512_maskz_mul_ps(wide, half, C(1.0f / 126));
    const __m512 middle = _mm512_fmadd_ps(C(0.5f), _mm512_sub_ps(most, least), least);
    /* The middle rounded to whole steps, in which bytes are counted from it. */
    const __m512 round = _mm512_fnmadd_ps(middle, inverse, C(CT_ROUND));
    _mm512_storeu_ps(
        low + d, _mm512_mask_mul_ps(middle, wide, _mm512_sub_ps(C(CT_ROUND), round), scale));
    _mm512_storeu_ps(high + d, scale);
    const uint16_t *row = values + d;
    for (size_t s = 0; s < span; s++, row += 4 * ld) {
      __m512i bytes[4];
#pragma clang loop unroll(full)
      for (size_t i = 0; i < 4; i++)
        bytes[i] = 4 * s + i < tokens
            ? _mm512_castps_si512(_mm512_fmadd_ps(widen(row + i * ld, m), inverse, round))
            : _mm512_setzero_si512();
      __m512i four = _mm512_mask_blend_epi8(
          0x2222222222222222, bytes[0], _mm512_slli_epi32(bytes[1], 8));
      four = _mm512_mask_blend_epi16(
          0xAAAAAAAA, four,
          _mm512_mask_blend_epi8(
              0x8888888888888888, _mm512_slli_epi32(bytes[2], 16),
              _mm512_slli_epi32(bytes[3], 24)));
      _mm512_store_si512(panels + s * 16, four);
    }
  }
}

#pragma clang attribute pop
#endif

#endif
