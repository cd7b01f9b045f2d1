#include "CTransformerKernels.h"

#if defined(__x86_64__)
#include "ct_byte_panels.h"

#pragma clang attribute push( \
    __attribute__((target( \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

/* 255 * 127 * this is below 2^31. */
#define MOST_TOKENS 65536
/* Where the mean of a row's weights but the largest is less than this part of it, they take 16
   bits. */
#define FLAT (1.0f / 16)

#define DOT _mm512_dpbusd_epi32
#include "ct_attention_tile.inc"

/* Weights in bytes, and in pairs of bytes: the binary logarithm of the largest. */
#define BYTE_TOP 7.99435344f
#define PAIR_TOP 15.9943534f

/* 16 weights: 2^(by (x - top) + unit), rounded; nothing where the mask is not. */
CT_INLINE __m512i weights16(const float *x, __m512 top, __m512 by, float unit, __mmask16 mask) {
  /* x - top is never above zero, so that no weight is above the largest. */
  const __m512 t = _mm512_fmadd_ps(_mm512_sub_ps(_mm512_load_ps(x), top), by, C(unit));
  /* 2^f for f from 0 to 1 within 8e-5, a minimax fit of our own; t - f is added by scalef. */
  const __m512 f = _mm512_reduce_ps(t, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
  __m512 p = STEP(C(0.0780245215f), f, 0.2260672f);
  p = STEP(p, f, 0.695833504f);
  p = STEP(p, f, 0.999925196f);
  return _mm512_maskz_cvtps_epi32(mask, _mm512_scalef_ps(p, t));
}

/* A row's softmax without its division: weights in bytes, 255 for the largest, or, where they would
   say too little of the others (`fine`), in two. `sum` is that of the rounded weights. */
typedef struct {
  float sum;
  int fine;
} weighing;

CT_INLINE weighing weigh(
    int32_t *scores, const float *scale, float factor, size_t valid, size_t padded, uint8_t *high,
    uint8_t *low) {
  float *values = (float *)scores;
  __m512 most = C(-__builtin_inff());
  size_t i = 0;
#define SCALED \
  _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(scores + i)), _mm512_load_ps(scale + i))
  for (; i + 16 <= valid; i += 16) {
    const __m512 v = SCALED;
    most = _mm512_max_ps(most, v);
    _mm512_store_ps(values + i, v);
  }
  if (i < valid) {
    const __m512 v = SCALED;
    most = _mm512_mask_max_ps(most, lanes(valid - i), most, v);
    _mm512_store_ps(values + i, v);
  }
#undef SCALED
  const float largest = _mm512_reduce_max_ps(most);
  /* Scores too large for floats are as NaN. */
  if (!(largest < __builtin_inff())) factor = largest;
  const __m512 top = C(largest), by = C(factor * 1.44269504f);
  __m512i sum = _mm512_setzero_si512();
  for (i = 0; i + 16 <= valid; i += 16) {
    const __m512i w = weights16(values + i, top, by, BYTE_TOP, 0xFFFF);
    sum = _mm512_add_epi32(sum, w);
    _mm_storeu_si128((__m128i *)(high + i), _mm512_cvtepi32_epi8(w));
  }
  if (i < valid) {
    const __m512i w = weights16(values + i, top, by, BYTE_TOP, lanes(valid - i));
    sum = _mm512_add_epi32(sum, w);
    _mm_storeu_si128((__m128i *)(high + i), _mm512_cvtepi32_epi8(w));
    i += 16;
  }
  for (; i < padded; i += 16) _mm_storeu_si128((__m128i *)(high + i), _mm_setzero_si128());
  const float total = (float)_mm512_reduce_add_epi32(sum);
  if (!(factor < __builtin_inff())) return (weighing){__builtin_nanf(""), 0};
  if (total - 255 >= 255 * FLAT * (float)(valid - 1)) return (weighing){total, 0};
  __m512 exact = _mm512_setzero_ps();
  for (i = 0; i < padded; i += 16) {
    const __mmask16 m = i < valid ? lanes(valid - i) : 0;
    const __m512i w = weights16(values + i, top, by, PAIR_TOP, m);
    exact = _mm512_add_ps(exact, _mm512_cvtepi32_ps(w));
    _mm_storeu_si128((__m128i *)(high + i), _mm512_cvtepi32_epi8(_mm512_srli_epi32(w, 8)));
    _mm_storeu_si128((__m128i *)(low + i), _mm512_cvtepi32_epi8(w));
  }
  return (weighing){_mm512_reduce_add_ps(exact) / 256, 1};
}

void ct_attention_bytes(
    const uint16_t *q, const uint16_t *k, const uint16_t *v, size_t ld, size_t tokens,
    size_t queries, size_t dim, int causal, float *out, size_t ldo, void *scratch) {
  if (queries == 0 || dim == 0) return;
  /* More products of bytes than 2^31 has room for. */
  if (tokens > MOST_TOKENS) {
    ct_attention(
        CT_BF16, q, k, v, ld, tokens, queries, dim, causal, out, ldo, CT_F32, scratch);
    return;
  }
  const size_t padded = (tokens + 15) / 16 * 16, wide = (dim + 15) / 16 * 16;
  const size_t stride = (dim + 63) / 64 * 64, depth = (dim + 3) / 4, span = padded / 4;
  uint32_t *keys = scratch;
  uint32_t *values = keys + padded * depth;
  int32_t *scores = (int32_t *)(values + wide * span);
  int32_t *sums = scores + ROWS * padded, *low_sums = sums + ROWS * wide;
  int32_t *start = low_sums + ROWS * wide;
  float *scale = (float *)(start + padded);
  float *mean = scale + padded, *middle = mean + wide, *step = middle + wide;
  int8_t *rows = (int8_t *)(step + wide);
  uint8_t *high = (uint8_t *)(rows + 16 * stride), *low = high + ROWS * padded;

  const int finite = survey(k, v, ld, tokens, dim, mean, middle, step);
  pack_keys(k, ld, tokens, dim, mean, rows, keys, scale, start);
  pack_values(v, ld, tokens, dim, span, middle, step, values);

  for (size_t t = 0; t < queries; t += ROWS) {
    const size_t count = queries - t < ROWS ? queries - t : ROWS;
    float factor[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
      const uint16_t *row = q + (t + (i < count ? i : 0)) * ld;
      for (size_t d = 0; d < dim; d += 32) _mm_prefetch(row + ROWS_AHEAD * ld + d, _MM_HINT_T1);
      factor[i] = dim % 16 == 0 ? row_bytes(row, NULL, dim, 1, rows + i * stride, 1)
                                : row_bytes(row, NULL, dim, 1, rows + i * stride, 0);
      if (!finite) factor[i] = __builtin_nanf("");
    }
    /* Under the causal mask keys beyond the last of these rows do not matter. */
    const size_t seen = causal ? t + count : tokens;
    product(
        (const uint32_t *)rows, stride / 4, keys, depth, (seen + 15) / 16, start, scores, padded);
    weighing weight[ROWS];
    int fine = 0;
    for (size_t i = 0; i < ROWS; i++) {
      weight[i] = weigh(
          scores + i * padded, scale, factor[i], causal && t + i < seen ? t + i + 1 : seen, padded,
          high + i * padded, low + i * padded);
      fine |= weight[i].fine;
    }
    product((const uint32_t *)high, span, values, span, wide / 16, NULL, sums, wide);
    if (fine) product((const uint32_t *)low, span, values, span, wide / 16, NULL, low_sums, wide);
    for (size_t i = 0; i < count; i++)
      for (size_t d = 0; d < dim; d += 16) {
        const size_t place = i * wide + d;
        __m512 sum = _mm512_cvtepi32_ps(_mm512_load_si512(sums + place));
        if (weight[i].fine)
          sum = _mm512_fmadd_ps(
              _mm512_cvtepi32_ps(_mm512_load_si512(low_sums + place)), C(1.0f / 256), sum);
        _mm512_mask_storeu_ps(
            out + (t + i) * ldo + d, lanes(dim - d),
            _mm512_fmadd_ps(
                sum, _mm512_mul_ps(_mm512_load_ps(step + d), C(1 / weight[i].sum)),
                _mm512_load_ps(middle + d)));
      }
  }
}

#pragma clang attribute pop
#endif
