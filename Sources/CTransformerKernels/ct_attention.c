#include "CTransformerKernels.h"
#include "ct_attention_vnni.h"
#include "ct_math.h"
#include "ct_transpose.h"

typedef float vector16 __attribute__((vector_size(64)));

#define SUFFIX(name) name##_base
#define COLUMNS 1
#include "ct_attention.inc"
#undef SUFFIX
#undef COLUMNS

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,bmi,bmi2,f16c"))), apply_to = function)
#define SUFFIX(name) name##_avx2
#define COLUMNS 1
#include "ct_attention.inc"
#undef SUFFIX
#undef COLUMNS
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx2,fma,bmi,bmi2"))), \
    apply_to = function)
#define SUFFIX(name) name##_avx512
#define COLUMNS 4
#include "ct_attention.inc"
#undef SUFFIX
#undef COLUMNS
#pragma clang attribute pop
#endif

size_t ct_attention_scratch(size_t tokens, size_t dim) {
  const size_t padded = (tokens + 15) / 16 * 16, wide = (dim + 15) / 16 * 16;
  /* Keys, values, scores, sums, queries, 16-bit weights; all as floats, rounded up. */
  const size_t floats = padded * wide * 2 + 6 * padded * 2 + 6 * wide * 2 + 64;
  return (floats * 4 + 63) / 64 * 64;
}

void ct_attention(
    int kind, const void *q, const void *k, const void *v, size_t ld, size_t tokens,
    size_t queries, size_t head_dim, int causal, void *out, size_t ldo, int out_kind,
    void *scratch) {
  if (queries == 0 || head_dim == 0) return;
#if defined(__x86_64__)
  if (kind == CT_BF16) {
    ct_attention_vnni(
        q, k, v, ld, tokens, queries, head_dim, causal, out, ldo, out_kind, scratch);
    return;
  }
  const int level = ct_level();
  if (level == 4)
    attention_avx512(
        q, k, v, ld, tokens, queries, head_dim, causal, out, ldo, out_kind, scratch);
  else if (level == 3)
    attention_avx2(
        q, k, v, ld, tokens, queries, head_dim, causal, out, ldo, out_kind, scratch);
  else
#endif
    attention_base(
        q, k, v, ld, tokens, queries, head_dim, causal, out, ldo, out_kind, scratch);
}
