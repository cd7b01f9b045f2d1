#ifndef CDNNL_H
#define CDNNL_H

/* A narrow shim over oneDNN 2.6 (Debian's libdnnl-dev): matrix products C = A W^T with packed
   weights. Nothing of oneDNN's own headers shows, so Swift imports a handful of plain functions.

   Everything that maps, allocates or compiles happens in cdnnl_product_create and cdnnl_context_create;
   cdnnl_product_run only computes, so that it may be called by a process confined by seccomp. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Operand types of a product. */
typedef enum {
  CDNNL_F32 = 0,  /* f32 x f32 -> f32 */
  CDNNL_BF16 = 1, /* bf16 x bf16 -> f32 */
  CDNNL_U8S8 = 2  /* u8 x s8 -> s32, exact */
} cdnnl_kind;

/* Largest description of a packed layout, in bytes. */
#define CDNNL_LAYOUT_BYTES 1024

typedef struct cdnnl_product cdnnl_product;
typedef struct cdnnl_context cdnnl_context;

/* The library's version, e.g. "2.6.3". */
const char *cdnnl_version(void);

/* A number that names the instruction set the library will use here (dnnl_cpu_isa_t). */
int cdnnl_isa(void);

/* Makes products created and run by the calling thread use that thread alone. Cheap. */
void cdnnl_use_one_thread(void);

/* Plans a product of A (m x k, row-major, dense) and W^T (k x n, W being n x k) into C (m x n,
   row-major, dense). `layout`, where not null, is the layout of packed weights that another
   product of the same kind, n and k returned: the new one will use the same packed bytes.
   Returns 0, or oneDNN's status (3: not implemented on this processor). */
int cdnnl_product_create(
    cdnnl_product **out, cdnnl_kind kind, int64_t m, int64_t n, int64_t k, const void *layout);
void cdnnl_product_destroy(cdnnl_product *product);

/* What the library calls the implementation, e.g. "brg:avx512_core". */
const char *cdnnl_product_name(const cdnnl_product *product);
/* Size of the packed weights in bytes. */
size_t cdnnl_product_packed_bytes(const cdnnl_product *product);
/* Copies the layout of the packed weights, CDNNL_LAYOUT_BYTES bytes, zero-filled. */
void cdnnl_product_layout(const cdnnl_product *product, void *layout);
/* Scratch that one run needs, in bytes. */
size_t cdnnl_product_scratch_bytes(const cdnnl_product *product);

/* Packs row-major weights (n x k; float, bf16 bits or int8 by the product's kind).
   Returns 0 or oneDNN's status. */
int cdnnl_product_pack(const cdnnl_product *product, const void *weights, void *packed);

/* What one thread needs to run one product: argument handles and scratch. A context belongs to
   one thread at a time and must not outlive its product. */
int cdnnl_context_create(cdnnl_context **out, const cdnnl_product *product, void *scratch);
void cdnnl_context_destroy(cdnnl_context *context);

/* Runs the product on the calling thread. `packed` is only read. Returns 0 or oneDNN's status. */
int cdnnl_context_run(cdnnl_context *context, const void *a, const void *packed, void *c);

/* One 3 x 3 convolution with padding 1, a bias and a ReLU. */
typedef struct {
  int64_t inputs, outputs, stride;
  const float *weights; /* outputs x inputs x 3 x 3 */
  const float *bias;    /* outputs */
} cdnnl_convolution;

/* Convolutions one after the other over planes of one size, and the mean over the last planes.
   Weights are copied; the handle is constant after creation, and any number of threads may run
   passes of their own over it. */
typedef struct cdnnl_network cdnnl_network;
typedef struct cdnnl_pass cdnnl_pass;

/* Returns 0, or oneDNN's status. At most 32 convolutions. */
int cdnnl_network_create(
    cdnnl_network **out, int64_t height, int64_t width, const cdnnl_convolution *convolutions,
    int count);
void cdnnl_network_destroy(cdnnl_network *network);

/* What one thread needs to run a network: the planes between the layers. Must not outlive it. */
int cdnnl_pass_create(cdnnl_pass **out, const cdnnl_network *network);
void cdnnl_pass_destroy(cdnnl_pass *pass);

/* planes: inputs x height x width of the first convolution; means: outputs of the last one.
   Returns 0 or oneDNN's status. */
int cdnnl_pass_run(cdnnl_pass *pass, const float *planes, float *means);

#ifdef __cplusplus
}
#endif

#endif
