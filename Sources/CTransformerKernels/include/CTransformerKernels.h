#ifndef CTRANSFORMERKERNELS_H
#define CTRANSFORMERKERNELS_H

/* The loops of a transformer block that are not matrix products: layer normalisation, softmax and
   attention, activations, residual sums and the conversions between number types around the
   products. Every function works on caller's memory, allocates nothing, and takes each output's
   sum in one order whatever the batch and the number of threads. */

#include <stddef.h>
#include <stdint.h>

/* Number types of an operand of a product. */
enum { CT_F32 = 0, CT_BF16 = 1, CT_U8 = 2 };
/* Activations of the hidden layer. */
enum { CT_GELU = 0, CT_QUICK_GELU = 1, CT_SWIGLU = 2 };

/* How a row of u8 was quantised: value = scale * (byte - zero). */
typedef struct {
  float scale;
  int32_t zero;
} ct_quant;

/* What turns a product's raw result (f32, or s32 where `scale` is not null) into values:
   value[r][c] = raw * (row scale * scale[c]) + bias[c], the row's zero point taken out with the
   column sums of the weights. `bias` may be null. */
typedef struct {
  const float *bias;
  const float *scale;
  const int32_t *sums;
} ct_linear;

/* Layer normalisation of `rows` rows of `d` values (stride ldx) into operands of `kind`, `dp`
   values a row of which those beyond d become zero. `row` is d floats of scratch; `q` one entry a
   row for CT_U8, else null. */
void ct_norm(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, const float *gamma,
    const float *beta, float eps, float *row, void *out, size_t dp, ct_quant *q);

/* Rows of floats to operands. */
void ct_convert(
    int kind, const float *x, size_t ldx, size_t rows, size_t d, void *out, size_t dp,
    ct_quant *q);

/* A product's result plus bias to floats or bf16 (`kind`): n columns, the first `scaled` of them
   times `factor`. */
void ct_project(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t n, const ct_quant *q,
    size_t scaled, float factor, float *row, int kind, void *out, size_t ldo);

/* Bias and activation of the hidden layer, h columns out (2 h in for CT_SWIGLU: silu of the first
   half times the second), to operands. `row` is 2 h floats of scratch. */
void ct_activate(
    int activation, const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t h,
    const ct_quant *q, float *row, int kind, void *out, size_t hp, ct_quant *oq);

/* x += layer_scale * (result + bias); `layer_scale` may be null. `row` is d floats of scratch. */
void ct_residual(
    const ct_linear *linear, const void *c, size_t ldc, size_t rows, size_t d, const ct_quant *q,
    const float *layer_scale, float *row, float *x, size_t ldx);

/* A product with weights in panels: `rows` rows of k operands (dense) times n x k packed weights of
   the same kind (signed bytes for CT_U8); exact in s32, or summed up in f32 in one order. n and k
   are multiples of 64. bf16 is multiplied as floats are. */
typedef struct {
  int kind;
  const void *a;
  size_t rows;
  const void *packed;
  size_t n, k;
} ct_product;

/* Whether this processor has these products, and they are the best of it. */
int ct_has_product(int kind);
/* Weights (n x k, row-major) to panels of 32 outputs, aligned to 64 bytes: of each panel the next
   four bytes of all its outputs, one after the other. As many bytes as before. */
void ct_product_pack(int kind, const void *w, size_t n, size_t k, void *out);
/* Scratch of the four functions below in bytes, aligned to 64. */
size_t ct_product_scratch(int kind, size_t rows, size_t k);
/* The raw result, rows x n. */
void ct_product_plain(const ct_product *product, void *scratch, void *c);
/* The first n columns of the result, while they are in the first cache, as ct_project and
   ct_residual take them. */
void ct_product_project(
    const ct_product *product, void *scratch, const ct_linear *linear, size_t n,
    const ct_quant *q, size_t scaled, float factor, int kind, void *out, size_t ldo);
void ct_product_residual(
    const ct_product *product, void *scratch, const ct_linear *linear, size_t n,
    const ct_quant *q, const float *layer_scale, float *x, size_t ldx);

/* Bias and activation of the hidden layer, as ct_activate with a product's `kind` for its operand
   kind. `result` is scratch of rows x n floats, `row` of 2 h. In bytes, GELU and quick GELU are taken
   while a block is in the first cache, to a small part of a byte's step. */
void ct_product_activate(
    const ct_product *product, void *scratch, const ct_linear *linear, int activation, size_t h,
    const ct_quant *q, void *result, float *row, void *out, size_t hp, ct_quant *oq);

/* Row-wise symmetric quantisation of weights (n x k) to int8, k padded to kp and rows to np with
   zeros: scale[r] = max |w| / 127; sums[r] = sum of the row's bytes. */
void ct_quantize_weights(
    const float *w, size_t n, size_t k, size_t np, size_t kp, int8_t *out, float *scale,
    int32_t *sums);
/* Float to bf16, to nearest even. */
void ct_bf16(const float *x, size_t n, uint16_t *out);

/* Elementwise activation, for tests. */
void ct_activation_values(int activation, const float *x, size_t n, float *y);

/* Whether the processor and the system have AVX-512 with bf16 products, and with VNNI. */
int ct_has_bf16(void);
int ct_has_vnni(void);
/* 4: AVX-512, 3: AVX2 and FMA, 1: neither. */
int ct_level(void);

/* Scratch for ct_attention and ct_attention_bytes in bytes; a multiple of 64. */
size_t ct_attention_scratch(size_t tokens, size_t head_dim);

/* Attention of one head, for the first `queries` of the tokens. q, k, v: first row of the head, row
   stride ld (elements); q already carries the factor 1/sqrt(head_dim). `kind` is the type of q, k
   and v, `out_kind` that of out: CT_F32 or CT_BF16. Softmax is f32. With CT_F32 so are the products;
   with CT_BF16, which needs ct_has_vnni, they are exact in integers: queries rounded to 12 bits or
   so of their row's largest value, keys of the head's, values to 11 bits of the head's, weights to
   15 bits. `scratch` is aligned to 64 bytes. */
void ct_attention(
    int kind, const void *q, const void *k, const void *v, size_t ld, size_t tokens,
    size_t queries, size_t head_dim, int causal, void *out, size_t ldo, int out_kind,
    void *scratch);

/* The same of bf16 to floats with products of bytes, for ct_has_vnni: queries and keys to 8 bits of
   their row's largest value, the keys' mean taken out first, which softmax does not see; values to
   8 bits of their column's range in the head; weights to 8 bits of their row's largest, or to 16
   where few tokens have nearly all of them, so that the many others still count. */
void ct_attention_bytes(
    const uint16_t *q, const uint16_t *k, const uint16_t *v, size_t ld, size_t tokens,
    size_t queries, size_t head_dim, int causal, float *out, size_t ldo, void *scratch);

/* A 64-bit digest of bytes against damage, not against an adversary. */
uint64_t ct_digest(const void *bytes, size_t count);

/* Threads that wait for work; the caller is one of them. */
typedef struct ct_pool ct_pool;
typedef void (*ct_task)(void *context, size_t item, size_t thread);
/* A pool of `threads` threads, the caller counted. Null where a thread cannot be made. `start`
   (may be null) runs once on each new thread. */
ct_pool *ct_pool_create(size_t threads, void (*start)(void));
void ct_pool_destroy(ct_pool *pool);
/* Runs task(context, 0..<items, thread) and returns when all are done. */
void ct_pool_run(ct_pool *pool, size_t items, ct_task task, void *context);

/* Resampling of 8-bit pictures as Pillow does it: weights in units of 2^-22, sums rounded and
   clipped to a byte. */

/* The input samples of one output sample. */
typedef struct {
  uint32_t first, count;
} ct_taps;

/* Horizontal pass: `rows` rows of interleaved pixels, `stride` bytes apart, to `columns` pixels
   each. Columns low ..< high of the input are read; `kernel` weights stand for each output column.
   `scratch` holds 16 * channels * (high - low) bytes. */
void ct_resample_columns(
    const uint8_t *in, size_t stride, size_t rows, size_t channels, size_t low, size_t high,
    const ct_taps *taps, const int32_t *weights, size_t kernel, size_t columns, uint8_t *out,
    uint8_t *scratch);

/* Vertical pass for one output row of `count` bytes: `taps` input rows from `in` on. */
void ct_resample_row(
    const uint8_t *in, size_t stride, size_t count, const int32_t *weights, size_t taps,
    uint8_t *out);

#endif
