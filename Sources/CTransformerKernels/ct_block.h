#ifndef CT_BLOCK_H
#define CT_BLOCK_H

#include "CTransformerKernels.h"

/* A product comes in blocks of at most ct_block_rows by ct_block_columns, dense and aligned, which
   are taken while they are in the first cache. */
enum { ct_block_rows = 14, ct_block_columns = 32 };

/* Takes a block: `rows` rows from `row`, all columns from `column`. */
typedef void (*ct_taker)(
    void *context, const void *block, size_t row, size_t rows, size_t column);

/* Where blocks go, which is fetched while they are computed. */
typedef struct {
  const void *first;
  size_t row_bytes, column_bytes;
} ct_target;

void ct_multiply(
    const ct_product *product, void *scratch, ct_target target, ct_taker take, void *context);

#endif
