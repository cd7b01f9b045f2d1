#include "CTransformerKernels.h"

#if defined(__x86_64__)
#include "ct_lanes.h"
#include "ct_math.h"
#include "ct_transpose.h"

#pragma clang attribute push( \
    __attribute__((target( \
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

#define ROWS 6
#define COLUMNS 4
/* How many rows of queries, keys and values ahead are fetched. */
#define AHEAD 12
/* Where the mean of a row's weights is less than this part of the largest, they take 16 bits. */
#define FLAT (1.0f / 16)

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
        _mm_prefetch(key + AHEAD * ld + i, _MM_HINT_T1);
        _mm_prefetch(value + AHEAD * ld + i, _MM_HINT_T1);
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

/* c[ROWS][16 * panels] = start + a (ROWS x depth, stride lda) times `panels` panels of b. */
CT_INLINE void tile(
    const uint32_t *a, size_t lda, const uint32_t *b, size_t depth, const int32_t *start,
    int32_t *c, size_t ldc, const int panels) {
  __m512i sum[ROWS][COLUMNS];
#pragma clang loop unroll(full)
  for (int i = 0; i < ROWS; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++)
      sum[i][j] = start ? _mm512_load_si512(start + j * 16) : _mm512_setzero_si512();
  for (size_t k = 0; k < depth; k++) {
    __m512i right[COLUMNS];
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++)
      right[j] = _mm512_load_si512(b + ((size_t)j * depth + k) * 16);
#pragma clang loop unroll(full)
    for (int i = 0; i < ROWS; i++) {
      const __m512i left = _mm512_set1_epi32((int)a[(size_t)i * lda + k]);
#pragma clang loop unroll(full)
      for (int j = 0; j < panels; j++)
        sum[i][j] = _mm512_dpbusd_epi32(sum[i][j], left, right[j]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < ROWS; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < panels; j++)
      _mm512_store_si512(c + (size_t)i * ldc + j * 16, sum[i][j]);
}

static void product(
    const uint32_t *a, size_t lda, const uint32_t *b, size_t depth, size_t panels,
    const int32_t *start, int32_t *c, size_t ldc) {
  while (panels > 0) {
    /* A lone last panel would keep the processor half idle. */
    const size_t n = panels == 5 ? 3 : panels < COLUMNS ? panels : COLUMNS;
    switch (n) {
      case 4: tile(a, lda, b, depth, start, c, ldc, 4); break;
      case 3: tile(a, lda, b, depth, start, c, ldc, 3); break;
      case 2: tile(a, lda, b, depth, start, c, ldc, 2); break;
      default: tile(a, lda, b, depth, start, c, ldc, 1); break;
    }
    panels -= n;
    b += n * depth * 16;
    c += n * 16;
    if (start) start += n * 16;
  }
}

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

/* A row's softmax without its division, in place of whose exact sum that of the rounded weights
   stands: bytes of 255 for the largest, or, where they would say too little of the others, two bytes. */
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
  if (total >= 255 * FLAT * (float)valid) return (weighing){total, 0};
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
      for (size_t d = 0; d < dim; d += 32) _mm_prefetch(row + AHEAD * ld + d, _MM_HINT_T1);
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
