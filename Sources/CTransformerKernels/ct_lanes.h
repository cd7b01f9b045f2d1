#ifndef CT_LANES_H
#define CT_LANES_H

/* Sixteen floats at a time: what the kernels for AVX-512 share. */

#if defined(__x86_64__)
#include "CTransformerKernels.h"
#include "ct_math.h"
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

/* The first n of 16 lanes. */
CT_INLINE __mmask16 lanes(size_t n) { return n >= 16 ? 0xFFFF : (__mmask16)((1u << n) - 1); }

/* bf16, to nearest even, in the upper halves; the lower are what is left over. */
CT_INLINE __m512i rounded(__m512 v) {
  const __m512i u = _mm512_castps_si512(v);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(u, 16), _mm512_set1_epi32(1));
  return _mm512_add_epi32(_mm512_add_epi32(u, _mm512_set1_epi32(0x7FFF)), odd);
}

CT_INLINE void store_bf16(uint16_t *y, __mmask16 m, __m512 v) {
  _mm512_mask_cvtepi32_storeu_epi16(y, m, _mm512_srli_epi32(rounded(v), 16));
}

/* How a row of floats from `low` (at most zero) to `high` (at least zero) becomes bytes. A row of
   zeros, or one that is not finite, becomes zeros. */
typedef struct {
  ct_quant q;
  float inverse;
} byte_range;

CT_INLINE byte_range byte_range_of(float low, float high) {
  const float range = high - low;
  const int usable = range > 0 && range < 1e37f;
  const float inverse = usable ? 255.0f / range : 0.0f;
  return (byte_range){
      {usable ? range / 255.0f : range >= 1e37f || range != range ? range : 1.0f,
       (int32_t)(-low * inverse + 0.5f)},
      inverse};
}

/* 1 / x to the last bit or two, for ordinary x. */
CT_INLINE __m512 reciprocal(__m512 x) {
  const __m512 r = _mm512_rcp14_ps(x);
  return _mm512_mul_ps(r, _mm512_fnmadd_ps(x, r, _mm512_set1_ps(2)));
}

#define C(x) _mm512_set1_ps(x)
#define STEP(p, u, c) _mm512_fmadd_ps(p, u, C(c))

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

#pragma clang attribute pop
#endif

#endif
