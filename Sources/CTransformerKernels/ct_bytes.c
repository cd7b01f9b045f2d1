#include "CTransformerKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include "ct_math.h"
#include "ct_transpose.h"
#include "ct_wide.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

#define ROWS 14
#define COLUMNS 32
/* How far ahead of their use weights come into the first cache, in bytes. */
#define AHEAD 1024

/* A block's rows for `tile`: four bytes of each row side by side. Writes 16 dwords at each step, of
   which those behind `rows` are overwritten by the next. */
static void interleave(
    const uint8_t *a, size_t stride, size_t rows, size_t k, uint32_t *out) {
  for (size_t d = 0; d < k; d += 64) {
    __m512i r[16];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 16; i++)
      r[i] = i < rows ? _mm512_loadu_si512(a + i * stride + d) : _mm512_setzero_si512();
    ct_transpose(r);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 16; i++, out += rows) _mm512_storeu_si512(out, r[i]);
  }
}

/* c[rows][COLUMNS] = a (interleaved) times one panel, while `ahead` comes into the second cache,
   64 bytes a step. */
CT_INLINE void tile(
    const int32_t *a, const int8_t *panel, size_t steps, const int8_t *ahead, int32_t *c,
    const int rows) {
  __m512i sum[ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = _mm512_setzero_si512();
  for (size_t s = 0; s < steps; s++, a += rows, panel += 128, ahead += 64) {
    const __m512i left = _mm512_load_si512(panel);
    const __m512i right = _mm512_load_si512(panel + 64);
    _mm_prefetch((const char *)panel + AHEAD, _MM_HINT_T0);
    _mm_prefetch((const char *)panel + AHEAD + 64, _MM_HINT_T0);
    _mm_prefetch((const char *)ahead, _MM_HINT_T1);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const __m512i four = _mm512_set1_epi32(a[i]);
      sum[i][0] = _mm512_dpbusd_epi32(sum[i][0], four, left);
      sum[i][1] = _mm512_dpbusd_epi32(sum[i][1], four, right);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    _mm512_store_si512(c + i * COLUMNS, sum[i][0]);
    _mm512_store_si512(c + i * COLUMNS + 16, sum[i][1]);
  }
}

static __attribute__((noinline)) void block(
    const int32_t *a, const int8_t *panel, size_t steps, const int8_t *ahead, int32_t *c,
    size_t rows) {
#define CASE(n) \
  case n: tile(a, panel, steps, ahead, c, n); break
  switch (rows) {
    CASE(1); CASE(2); CASE(3); CASE(4); CASE(5); CASE(6); CASE(7);
    CASE(8); CASE(9); CASE(10); CASE(11); CASE(12); CASE(13); CASE(14);
    default: break;
  }
#undef CASE
}

/* Takes a block of the result: `rows` rows from `row`, COLUMNS columns from `column`, dense. */
typedef void (*taker)(
    void *context, const int32_t *block, size_t row, size_t rows, size_t column);

CT_INLINE void multiply(const ct_bytes *product, void *scratch, taker take, void *context) {
  const size_t rows = product->rows, n = product->n, k = product->k;
  _Alignas(64) int32_t c[ROWS * COLUMNS];
  /* Blocks of the same number of rows, or one less. */
  const size_t blocks = (rows + ROWS - 1) / ROWS;
  uint32_t *operand = scratch;
  for (size_t b = 0; b < blocks; b++) {
    const size_t first = rows * b / blocks, count = rows * (b + 1) / blocks - first;
    interleave(product->a + first * k, k, count, k, operand + first * k / 4);
  }
  for (size_t column = 0; column < n; column += COLUMNS) {
    const int8_t *panel = product->packed + column * k;
    for (size_t b = 0; b < blocks; b++) {
      const size_t first = rows * b / blocks, count = rows * (b + 1) / blocks - first;
      /* The first two blocks fetch the next panel. */
      const int8_t *ahead =
          b < 2 && column + COLUMNS < n ? panel + (2 + b) * (COLUMNS / 2) * k : panel;
      block((const int32_t *)operand + first * k / 4, panel, k / 4, ahead, c, count);
      take(context, c, first, count, column);
    }
  }
}

/* What turns the columns from `column` on into values. */
CT_INLINE ct_linear from_column(const ct_linear *linear, size_t column) {
  return (ct_linear){
      linear->bias + column, linear->scale + column, linear->sums + column};
}

typedef struct {
  const ct_linear *linear;
  const ct_quant *q;
  size_t n, scaled;
  float factor;
  int kind;
  char *out;
  size_t ldo;
} projection;

static void take_projection(
    void *context, const int32_t *block, size_t row, size_t rows, size_t column) {
  const projection *p = context;
  if (column >= p->n) return;
  const ct_linear linear = from_column(p->linear, column);
  ct_wide_project(
      &linear, block, COLUMNS, rows, p->n - column < COLUMNS ? p->n - column : COLUMNS, p->q + row,
      p->scaled > column ? p->scaled - column : 0, p->factor, p->kind,
      p->out + (row * p->ldo + column) * (p->kind == CT_F32 ? 4 : 2), p->ldo);
}

void ct_bytes_project(
    const ct_bytes *product, void *scratch, const ct_linear *linear, size_t n, const ct_quant *q,
    size_t scaled, float factor, int kind, void *out, size_t ldo) {
  projection p = {linear, q, n, scaled, factor, kind, out, ldo};
  multiply(product, scratch, take_projection, &p);
}

typedef struct {
  const ct_linear *linear;
  const ct_quant *q;
  size_t n;
  const float *layer_scale;
  float *x;
  size_t ldx;
} addition;

static void take_addition(
    void *context, const int32_t *block, size_t row, size_t rows, size_t column) {
  const addition *p = context;
  if (column >= p->n) return;
  const ct_linear linear = from_column(p->linear, column);
  ct_wide_residual(
      &linear, block, COLUMNS, rows, p->n - column < COLUMNS ? p->n - column : COLUMNS, p->q + row,
      p->layer_scale ? p->layer_scale + column : NULL, p->x + row * p->ldx + column, p->ldx);
}

void ct_bytes_residual(
    const ct_bytes *product, void *scratch, const ct_linear *linear, size_t n, const ct_quant *q,
    const float *layer_scale, float *x, size_t ldx) {
  addition p = {linear, q, n, layer_scale, x, ldx};
  multiply(product, scratch, take_addition, &p);
}

typedef struct {
  int32_t *c;
  size_t n;
} plain;

static void take_plain(
    void *context, const int32_t *block, size_t row, size_t rows, size_t column) {
  const plain *p = context;
  for (size_t r = 0; r < rows; r++, block += COLUMNS)
    memcpy(p->c + (row + r) * p->n + column, block, COLUMNS * sizeof *block);
}

void ct_bytes_product(const ct_bytes *product, void *scratch, int32_t *c) {
  plain p = {c, product->n};
  multiply(product, scratch, take_plain, &p);
}

#pragma clang attribute pop

void ct_bytes_pack(const int8_t *w, size_t n, size_t k, int8_t *out) {
  for (size_t column = 0; column < n; column += COLUMNS)
    for (size_t d = 0; d < k; d += 4)
      for (size_t c = 0; c < COLUMNS; c++, out += 4) memcpy(out, w + (column + c) * k + d, 4);
}

size_t ct_bytes_scratch(size_t rows, size_t k) { return rows * k + 64; }
#endif
