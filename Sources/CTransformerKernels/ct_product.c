#include "CTransformerKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include "ct_block.h"
#include "ct_math.h"
#include "ct_transpose.h"

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,bmi,bmi2"))), \
    apply_to = function)

#define ROWS ct_block_rows
#define COLUMNS ct_block_columns
/* A step of a panel: 32 outputs of two inputs in bf16, of four in bytes. */
#define STEP 128
/* How far ahead of their use weights come into the first cache, in bytes. */
#define AHEAD 1024

/* 16 dwords of a row: bf16 made floats, or bytes in fours. */
CT_INLINE __m512i dwords(int kind, const void *row, size_t index) {
  if (kind == CT_U8) return _mm512_loadu_si512((const uint32_t *)row + index);
  const __m256i halves = _mm256_loadu_si256((const __m256i *)((const uint16_t *)row + index));
  return _mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16);
}

/* A block's rows for `tile`: a dword of each row side by side. Writes 16 dwords for each of the
   row's, of which those behind `rows` are overwritten by the next. */
CT_INLINE void interleave(
    int kind, const char *a, size_t stride, size_t rows, size_t count, uint32_t *out) {
  for (size_t d = 0; d < count; d += 16) {
    __m512i r[16];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 16; i++)
      r[i] = i < rows ? dwords(kind, a + i * stride, d) : _mm512_setzero_si512();
    ct_transpose(r);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 16; i++, out += rows) _mm512_storeu_si512(out, r[i]);
  }
}

/* sum += a (one dword of each row) times the same input of 2 x 16 outputs. */
CT_INLINE void add_products(
    int kind, __m512i sum[ROWS][2], const int32_t *a, __m512i left, __m512i right,
    const int rows) {
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    const __m512i x = _mm512_set1_epi32(a[i]);
    if (kind == CT_U8) {
      sum[i][0] = _mm512_dpbusd_epi32(sum[i][0], x, left);
      sum[i][1] = _mm512_dpbusd_epi32(sum[i][1], x, right);
    } else {
#define FMA(s, y) \
  _mm512_castps_si512(_mm512_fmadd_ps( \
      _mm512_castsi512_ps(x), _mm512_castsi512_ps(y), _mm512_castsi512_ps(s)))
      sum[i][0] = FMA(sum[i][0], left);
      sum[i][1] = FMA(sum[i][1], right);
#undef FMA
    }
  }
}

/* c[rows][COLUMNS] = a (interleaved) times one panel, while `ahead` comes into the second cache,
   64 bytes a step. */
CT_INLINE void tile(
    int kind, const int32_t *a, const char *panel, size_t steps, const char *ahead, void *c,
    const int rows) {
  __m512i sum[ROWS][2];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = _mm512_setzero_si512();
  for (size_t s = 0; s < steps; s++, a += rows, panel += STEP, ahead += STEP / 2) {
    _mm_prefetch(panel + AHEAD, _MM_HINT_T0);
    _mm_prefetch(panel + AHEAD + 64, _MM_HINT_T0);
    _mm_prefetch(ahead, _MM_HINT_T1);
    const __m512i left = _mm512_load_si512(panel), right = _mm512_load_si512(panel + 64);
    if (kind == CT_BF16) {
      /* bf16 is the upper half of a float. */
      const __m512i upper = _mm512_set1_epi32(-65536);
      add_products(
          kind, sum, a, _mm512_slli_epi32(left, 16), _mm512_slli_epi32(right, 16), rows);
      a += rows;
      add_products(
          kind, sum, a, _mm512_and_si512(left, upper), _mm512_and_si512(right, upper), rows);
    } else
      add_products(kind, sum, a, left, right, rows);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    _mm512_store_si512((int32_t *)c + i * COLUMNS, sum[i][0]);
    _mm512_store_si512((int32_t *)c + i * COLUMNS + 16, sum[i][1]);
  }
}

#define CASE(n) \
  case n: tile(kind, a, panel, steps, ahead, c, n); break
#define BLOCK(name, k) \
  static __attribute__((noinline)) void name( \
      const int32_t *a, const char *panel, size_t steps, const char *ahead, void *c, \
      size_t rows) { \
    const int kind = k; \
    switch (rows) { \
      CASE(1); CASE(2); CASE(3); CASE(4); CASE(5); CASE(6); CASE(7); \
      CASE(8); CASE(9); CASE(10); CASE(11); CASE(12); CASE(13); CASE(14); \
      default: break; \
    } \
  }
BLOCK(block_bf16, CT_BF16)
BLOCK(block_bytes, CT_U8)
#undef BLOCK
#undef CASE

/* Brings a block of the target into the second cache. */
CT_INLINE void fetch(ct_target target, size_t row, size_t rows, size_t column) {
  const char *first =
      (const char *)target.first + row * target.row_bytes + column * target.column_bytes;
  for (size_t r = 0; r < rows; r++, first += target.row_bytes) {
    /* Lines begin on multiples of 64, rows anywhere. */
    const size_t before = (uintptr_t)first % 64;
    for (size_t i = 0; i < before + COLUMNS * target.column_bytes; i += 64)
      _mm_prefetch(first - before + i, _MM_HINT_T1);
  }
}

/* Some rows of a product, whose operand is not too much for the second cache. */
CT_INLINE void multiply_rows(
    int kind, const ct_product *product, size_t from, size_t rows, void *scratch,
    ct_target target, ct_taker take, void *context) {
  _Alignas(64) int32_t c[ROWS * COLUMNS];
  const size_t k = product->k, steps = k / (kind == CT_BF16 ? 2 : 4);
  const size_t stride = k * (kind == CT_BF16 ? 2 : 1);
  const size_t dwords = kind == CT_U8 ? k / 4 : k, panel_bytes = steps * STEP;
  /* Blocks of the same number of rows, or one less. */
  const size_t blocks = (rows + ROWS - 1) / ROWS;
  uint32_t *operand = scratch;
  for (size_t b = 0; b < blocks; b++) {
    const size_t first = rows * b / blocks, count = rows * (b + 1) / blocks - first;
    interleave(
        kind, (const char *)product->a + (from + first) * stride, stride, count, dwords,
        operand + first * dwords);
  }
  const char *panel = product->packed;
  for (size_t column = 0; column < product->n; column += COLUMNS, panel += panel_bytes)
    for (size_t b = 0; b < blocks; b++) {
      const size_t first = rows * b / blocks, count = rows * (b + 1) / blocks - first;
      /* The first two blocks fetch the next panel. */
      const char *ahead = b < 2 && column + COLUMNS < product->n
          ? panel + panel_bytes + b * panel_bytes / 2 : panel;
      const int32_t *a = (const int32_t *)operand + first * dwords;
      fetch(target, from + first, count, column);
      if (kind == CT_BF16) block_bf16(a, panel, steps, ahead, c, count);
      else block_bytes(a, panel, steps, ahead, c, count);
      take(context, c, from + first, count, column);
    }
}

/* How many rows are multiplied at once: their interleaved operand takes at most a megabyte as bytes,
   half of one as floats. */
static size_t group_rows(int kind, size_t rows, size_t k) {
  const size_t most = (1 << 20) / (kind == CT_U8 ? k : 8 * k) / ROWS * ROWS;
  const size_t least = most > ROWS ? most : ROWS, groups = (rows + least - 1) / least;
  return (rows + groups - 1) / groups;
}

void ct_multiply(
    const ct_product *product, void *scratch, ct_target target, ct_taker take, void *context) {
  const size_t rows = product->rows, group = group_rows(product->kind, rows, product->k);
  for (size_t from = 0; from < rows; from += group) {
    const size_t count = rows - from < group ? rows - from : group;
    if (product->kind == CT_BF16)
      multiply_rows(CT_BF16, product, from, count, scratch, target, take, context);
    else
      multiply_rows(CT_U8, product, from, count, scratch, target, take, context);
  }
}

#pragma clang attribute pop

void ct_product_pack(int kind, const void *w, size_t n, size_t k, void *out) {
  const size_t bytes = kind == CT_BF16 ? 2 : 1;
  char *target = out;
  for (size_t column = 0; column < n; column += COLUMNS)
    for (size_t d = 0; d < k; d += 4 / bytes)
      for (size_t c = 0; c < COLUMNS; c++, target += 4)
        memcpy(target, (const char *)w + ((column + c) * k + d) * bytes, 4);
}

size_t ct_product_scratch(int kind, size_t rows, size_t k) {
  return group_rows(kind, rows, k) * k * (kind == CT_U8 ? 1 : 4) + 64;
}

int ct_has_product(int kind) {
  if (kind == CT_U8) return ct_has_vnni();
  /* Intel's products of bf16, but for those of its matrix units, take as long as those of floats or
     twice as long; AMD's take half as long. */
  return kind == CT_BF16 && ct_level() == 4 && __builtin_cpu_is("intel");
}
#endif
