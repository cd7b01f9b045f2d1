#ifndef CT_ATTENTION_VNNI_H
#define CT_ATTENTION_VNNI_H

#include "CTransformerKernels.h"

/* Attention of one head over bf16 queries, keys and values, its products in 16-bit integers
   (AVX-512 VNNI). */
void ct_attention_vnni(
    const uint16_t *q, const uint16_t *k, const uint16_t *v, size_t ld, size_t tokens,
    size_t queries, size_t dim, int causal, void *out, size_t ldo, int out_kind, void *scratch);

#endif
