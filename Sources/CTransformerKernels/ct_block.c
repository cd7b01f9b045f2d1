#include "ct_block.h"

#if defined(__x86_64__)
#include "ct_lanes.h"
#include "ct_math.h"
#include "ct_wide.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

#define COLUMNS ct_block_columns

/* What turns a result of n columns into values. */
typedef struct {
  const ct_linear *linear;
  const ct_quant *q;
  size_t n;
} scaling;

/* The same for 16 columns, those behind the last left out. */
typedef struct {
  __mmask16 mask;
  __m512 bias, scale;
  __m512i sums;
} scaling16;

CT_INLINE __mmask16 lanes_from(size_t column, size_t n) {
  return column < n ? lanes(n - column) : 0;
}

CT_INLINE scaling16 scaling_of(const scaling *whole, size_t column) {
  const ct_linear *linear = whole->linear;
  const __mmask16 m = lanes_from(column, whole->n);
  scaling16 s = {m, _mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_si512()};
  if (linear->bias) s.bias = _mm512_maskz_loadu_ps(m, linear->bias + column);
  if (linear->scale) {
    s.scale = _mm512_maskz_loadu_ps(m, linear->scale + column);
    s.sums = _mm512_maskz_loadu_epi32(m, linear->sums + column);
  }
  return s;
}

/* 16 values of a row: as in ct_wide.c, to the bit. */
CT_INLINE __m512 value(int bytes, const scaling16 *s, const int32_t *raw, const ct_quant *q) {
  if (!bytes) return _mm512_add_ps(_mm512_load_ps(raw), s->bias);
  const __m512i zero = _mm512_mullo_epi32(_mm512_set1_epi32(q->zero), s->sums);
  return _mm512_fmadd_ps(
      _mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_load_si512(raw), zero)),
      _mm512_mul_ps(C(q->scale), s->scale), s->bias);
}

typedef struct {
  scaling scaling;
  size_t scaled;
  float factor;
  int kind;
  char *out;
  size_t ldo;
} projection;

CT_INLINE void project(
    int bytes, const projection *p, const int32_t *block, size_t row, size_t rows, size_t column) {
  const scaling16 left = scaling_of(&p->scaling, column);
  const scaling16 right = scaling_of(&p->scaling, column + 16);
  const __mmask16 left_scaled = lanes_from(column, p->scaled);
  const __mmask16 right_scaled = lanes_from(column + 16, p->scaled);
  const ct_quant *q = p->scaling.q;
  const __m512i upper = _mm512_set_epi16(
      63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29, 27, 25, 23, 21, 19,
      17, 15, 13, 11, 9, 7, 5, 3, 1);
  for (size_t r = row; r < row + rows; r++, block += COLUMNS) {
    __m512 a = value(bytes, &left, block, q + r), b = value(bytes, &right, block + 16, q + r);
    a = _mm512_mask_mul_ps(a, left_scaled, a, C(p->factor));
    b = _mm512_mask_mul_ps(b, right_scaled, b, C(p->factor));
    const size_t place = r * p->ldo + column;
    if (p->kind == CT_F32) {
      _mm512_mask_storeu_ps((float *)p->out + place, left.mask, a);
      _mm512_mask_storeu_ps((float *)p->out + place + 16, right.mask, b);
    } else {
      /* The upper halves of both, one after the other. */
      const __m512i pair = _mm512_permutex2var_epi16(rounded(a), upper, rounded(b));
      _mm512_mask_storeu_epi16(
          (uint16_t *)p->out + place, (__mmask32)right.mask << 16 | left.mask, pair);
    }
  }
}

static void take_projection(
    void *context, const void *block, size_t row, size_t rows, size_t column) {
  const projection *p = context;
  if (p->scaling.linear->scale) project(1, p, block, row, rows, column);
  else project(0, p, block, row, rows, column);
}

void ct_product_project(
    const ct_product *product, void *scratch, const ct_linear *linear, size_t n, const ct_quant *q,
    size_t scaled, float factor, int kind, void *out, size_t ldo) {
  projection p = {{linear, q, n}, scaled, factor, kind, out, ldo};
  const size_t size = kind == CT_F32 ? 4 : 2;
  ct_multiply(product, scratch, (ct_target){out, ldo * size, size}, take_projection, &p);
}

typedef struct {
  scaling scaling;
  const float *layer_scale;
  float *x;
  size_t ldx;
} addition;

CT_INLINE void add(
    int bytes, const addition *p, const int32_t *block, size_t row, size_t rows, size_t column) {
  const scaling16 left = scaling_of(&p->scaling, column);
  const scaling16 right = scaling_of(&p->scaling, column + 16);
  __m512 left_factor = C(1), right_factor = C(1);
  if (p->layer_scale) {
    left_factor = _mm512_maskz_loadu_ps(left.mask, p->layer_scale + column);
    right_factor = _mm512_maskz_loadu_ps(right.mask, p->layer_scale + column + 16);
  }
  const ct_quant *q = p->scaling.q;
  for (size_t r = row; r < row + rows; r++, block += COLUMNS) {
    float *x = p->x + r * p->ldx + column;
    const __m512 a = value(bytes, &left, block, q + r);
    const __m512 b = value(bytes, &right, block + 16, q + r);
    _mm512_mask_storeu_ps(
        x, left.mask, _mm512_fmadd_ps(a, left_factor, _mm512_maskz_loadu_ps(left.mask, x)));
    _mm512_mask_storeu_ps(
        x + 16, right.mask,
        _mm512_fmadd_ps(b, right_factor, _mm512_maskz_loadu_ps(right.mask, x + 16)));
  }
}

static void take_addition(
    void *context, const void *block, size_t row, size_t rows, size_t column) {
  const addition *p = context;
  if (p->scaling.linear->scale) add(1, p, block, row, rows, column);
  else add(0, p, block, row, rows, column);
}

void ct_product_residual(
    const ct_product *product, void *scratch, const ct_linear *linear, size_t n, const ct_quant *q,
    const float *layer_scale, float *x, size_t ldx) {
  addition p = {{linear, q, n}, layer_scale, x, ldx};
  ct_multiply(product, scratch, (ct_target){x, ldx * 4, 4}, take_addition, &p);
}

typedef struct {
  char *c;
  size_t n;
} plain;

static void take_plain(
    void *context, const void *block, size_t row, size_t rows, size_t column) {
  const plain *p = context;
  for (size_t r = 0; r < rows; r++)
    memcpy(
        p->c + ((row + r) * p->n + column) * 4, (const char *)block + r * COLUMNS * 4,
        COLUMNS * 4);
}

void ct_product_plain(const ct_product *product, void *scratch, void *c) {
  plain p = {c, product->n};
  ct_multiply(product, scratch, (ct_target){c, product->n * 4, 4}, take_plain, &p);
}

/* Activations on their way to bytes, whose scale needs the whole row: as bf16, of every 32 columns
   the first 16 in the lower halves of 16 dwords, the others in the upper. */
typedef struct {
  scaling scaling;
  uint16_t *halves;
  size_t stride;
} activation;

/* GELU within 2e-4, a small part of a byte's step: Phi(x) - 1/2 = x P(x^2) on |x| <= 3.9, a minimax
   fit of our own that ends at 1/2. */
CT_INLINE __m512 coarse_gelu(__m512 x) {
  const __m512 z = _mm512_min_ps(_mm512_max_ps(x, C(-3.9f)), C(3.9f));
  const __m512 u = _mm512_mul_ps(z, z);
  __m512 p = STEP(C(2.88819777e-08f), u, -1.91344429e-06f);
  p = STEP(p, u, 5.43303213e-05f);
  p = STEP(p, u, -0.000877938699f);
  p = STEP(p, u, 0.00910073146f);
  p = STEP(p, u, -0.0653691068f);
  p = STEP(p, u, 0.398563534f);
  return _mm512_mul_ps(x, _mm512_fmadd_ps(z, p, C(0.5f)));
}

/* The same for quick GELU: the logistic of 1.702 x, less 1/2, is x P(x^2) / Q(x^2) on |x| <= 6.5. */
CT_INLINE __m512 coarse_quick_gelu(__m512 x) {
  const __m512 z = _mm512_min_ps(_mm512_max_ps(x, C(-6.5f)), C(6.5f));
  const __m512 u = _mm512_mul_ps(z, z);
  const __m512 p = STEP(STEP(C(0.000124441882f), u, 0.0300138202f), u, 0.424978554f);
  const __m512 q = STEP(STEP(C(0.00604039244f), u, 0.310414404f), u, 1.0f);
  const __m512 half = _mm512_mul_ps(p, _mm512_rcp14_ps(q));
  return _mm512_mul_ps(x, _mm512_fmadd_ps(z, half, C(0.5f)));
}

/* 16 values, the zero point taken out in floats. */
CT_INLINE __m512 coarse_value(
    const scaling16 *s, __m512 sums, const int32_t *raw, const ct_quant *q) {
  const __m512 shift = _mm512_fnmadd_ps(C((float)q->zero * q->scale), sums, s->bias);
  return _mm512_fmadd_ps(
      _mm512_cvtepi32_ps(_mm512_load_si512(raw)), _mm512_mul_ps(C(q->scale), s->scale), shift);
}

CT_INLINE void activate(
    int quick, const activation *p, const int32_t *block, size_t row, size_t rows,
    size_t column) {
  const scaling16 left = scaling_of(&p->scaling, column);
  const scaling16 right = scaling_of(&p->scaling, column + 16);
  const ct_quant *q = p->scaling.q;
  const __m512 left_sums = _mm512_mul_ps(_mm512_cvtepi32_ps(left.sums), left.scale);
  const __m512 right_sums = _mm512_mul_ps(_mm512_cvtepi32_ps(right.sums), right.scale);
  const __m512i half = _mm512_set1_epi32(0x8000);
  for (size_t r = row; r < row + rows; r++, block += COLUMNS) {
    const __m512 a = coarse_value(&left, left_sums, block, q + r);
    const __m512 b = coarse_value(&right, right_sums, block + 16, q + r);
    const __m512i lower = _mm512_add_epi32(
        half, _mm512_castps_si512(quick ? coarse_quick_gelu(a) : coarse_gelu(a)));
    const __m512i upper = _mm512_add_epi32(
        half, _mm512_castps_si512(quick ? coarse_quick_gelu(b) : coarse_gelu(b)));
    _mm512_storeu_si512(
        p->halves + r * p->stride + column,
        _mm512_mask_blend_epi16(0xAAAAAAAA, _mm512_srli_epi32(lower, 16), upper));
  }
}

static void take_gelu(void *context, const void *block, size_t row, size_t rows, size_t column) {
  activate(0, context, block, row, rows, column);
}

static void take_quick_gelu(
    void *context, const void *block, size_t row, size_t rows, size_t column) {
  activate(1, context, block, row, rows, column);
}

/* The largest of 32 halves as floats of 16 bits, by their bits. */
CT_INLINE float largest(__m512i halves) {
  const __m512i both = _mm512_max_epu32(
      _mm512_and_si512(halves, _mm512_set1_epi32(0xFFFF)), _mm512_srli_epi32(halves, 16));
  return ct_float(_mm512_reduce_max_epu32(both) << 16);
}

/* A row of `activate`'s to bytes, those from h on zero; n, a multiple of 32, is at least h. */
static ct_quant quantise(const uint16_t *row, size_t n, size_t h, uint8_t *out) {
  /* Bits of floats of one sign are ordered as these are; NaN is above infinity. */
  __m512i high = _mm512_setzero_si512(), low = _mm512_set1_epi16(-0x8000);
  for (size_t i = 0; i < n; i += 32) {
    const __m512i x = _mm512_loadu_si512(row + i);
    high = _mm512_max_epi16(high, x);
    low = _mm512_max_epu16(low, x);
  }
  const byte_range range = byte_range_of(largest(low), largest(high));
  const __m512 inverse = C(range.inverse);
  const __m512i shift = _mm512_set1_epi32(range.q.zero - (int32_t)ct_bits(CT_ROUND));
  for (size_t i = 0; i < n; i += 32) {
    const __m512i x = _mm512_loadu_si512(row + i);
    const __m512 lower = _mm512_castsi512_ps(_mm512_slli_epi32(x, 16));
    const __m512 upper = _mm512_castsi512_ps(_mm512_and_si512(x, _mm512_set1_epi32(-65536)));
#define BYTES(v) \
  _mm512_cvtusepi32_epi8(_mm512_max_epi32( \
      _mm512_add_epi32(_mm512_castps_si512(_mm512_fmadd_ps(v, inverse, C(CT_ROUND))), shift), \
      _mm512_setzero_si512()))
    _mm_storeu_si128((__m128i *)(out + i), BYTES(lower));
    _mm_storeu_si128((__m128i *)(out + i + 16), BYTES(upper));
#undef BYTES
  }
  memset(out + h, 0, n - h);
  return range.q;
}

void ct_product_activate(
    const ct_product *product, void *scratch, const ct_linear *linear, int kind, size_t h,
    const ct_quant *q, void *result, float *row, void *out, size_t hp, ct_quant *oq) {
  const size_t n = product->n;
  if (product->kind != CT_U8 || kind == CT_SWIGLU) {
    ct_product_plain(product, scratch, result);
    ct_wide_activate(
        kind, linear, result, n, product->rows, h, q, row, product->kind, out, hp, oq);
    return;
  }
  activation p = {{linear, q, h}, result, n};
  ct_multiply(
      product, scratch, (ct_target){result, n * 2, 2},
      kind == CT_GELU ? take_gelu : take_quick_gelu, &p);
  for (size_t r = 0; r < product->rows; r++)
    oq[r] = quantise(p.halves + r * n, hp, h, (uint8_t *)out + r * hp);
}

#pragma clang attribute pop
#endif
