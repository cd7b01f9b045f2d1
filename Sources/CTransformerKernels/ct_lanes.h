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

#define C(x) _mm512_set1_ps(x)
#define STEP(p, u, c) _mm512_fmadd_ps(p, u, C(c))

#pragma clang attribute pop
#endif

#endif
