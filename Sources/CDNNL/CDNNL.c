#define _GNU_SOURCE
#include "CDNNL.h"
#include "reorder.h"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(dnnl_memory_desc_t) <= CDNNL_LAYOUT_BYTES, "layouts hold a descriptor");

struct cdnnl_product {
  dnnl_primitive_t primitive;
  dnnl_memory_desc_t a, w, c, scratch;
  dnnl_data_type_t weight_type;
  int64_t n, k;
  char name[64];
};

struct cdnnl_context {
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  dnnl_memory_t a, w, c, scratch;
};

static dnnl_engine_t engine;
static int engine_status;
static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static void (*set_threads)(int);

static void open_engine(void) {
  engine_status = dnnl_engine_create(&engine, dnnl_cpu, 0);
  /* Debian builds oneDNN over libgomp, whose setting of the number of threads belongs to the
     calling thread. Looked up, so that no compiler flag and no other runtime comes in. */
  *(void **)(&set_threads) = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
}

const char *cdnnl_version(void) {
  static char text[32];
  const dnnl_version_t *v = dnnl_version();
  if (text[0] == 0) snprintf(text, sizeof text, "%d.%d.%d", v->major, v->minor, v->patch);
  return text;
}

int cdnnl_isa(void) { return (int)dnnl_get_effective_cpu_isa(); }

void cdnnl_use_one_thread(void) {
  pthread_once(&engine_once, open_engine);
  if (set_threads) set_threads(1);
}

int cdnnl_engine(dnnl_engine_t *out) {
  pthread_once(&engine_once, open_engine);
  *out = engine;
  return engine_status;
}

int cdnnl_reorder(
    dnnl_engine_t engine, dnnl_memory_t from, const dnnl_memory_desc_t *from_layout,
    dnnl_memory_t to, const dnnl_memory_desc_t *to_layout) {
  dnnl_primitive_desc_t pd = NULL;
  dnnl_primitive_t reorder = NULL;
  dnnl_stream_t stream = NULL;
  int s;
  if ((s = dnnl_reorder_primitive_desc_create(
           &pd, from_layout, engine, to_layout, engine, NULL)))
    goto done;
  if ((s = dnnl_primitive_create(&reorder, pd))) goto done;
  if ((s = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags))) goto done;
  dnnl_exec_arg_t arguments[2] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  if ((s = dnnl_primitive_execute(reorder, stream, 2, arguments))) goto done;
  s = dnnl_stream_wait(stream);
done:
  if (stream) dnnl_stream_destroy(stream);
  if (reorder) dnnl_primitive_destroy(reorder);
  if (pd) dnnl_primitive_desc_destroy(pd);
  return s;
}

int cdnnl_product_create(
    cdnnl_product **out, cdnnl_kind kind, int64_t m, int64_t n, int64_t k, const void *layout) {
  *out = NULL;
  if (m <= 0 || n <= 0 || k <= 0) return dnnl_invalid_arguments;
  cdnnl_use_one_thread();
  if (engine_status) return engine_status;
  cdnnl_product *p = calloc(1, sizeof *p);
  if (!p) return dnnl_out_of_memory;
  dnnl_data_type_t at = kind == CDNNL_F32 ? dnnl_f32 : kind == CDNNL_BF16 ? dnnl_bf16 : dnnl_u8;
  dnnl_data_type_t ct = kind == CDNNL_U8S8 ? dnnl_s32 : dnnl_f32;
  p->weight_type = kind == CDNNL_U8S8 ? dnnl_s8 : at;
  p->n = n;
  p->k = k;

  dnnl_memory_desc_t a, w, c;
  dnnl_matmul_desc_t desc;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_dims_t ad = {m, k}, wd = {k, n}, cd = {m, n};
  int s;
  if ((s = dnnl_memory_desc_init_by_tag(&a, 2, ad, at, dnnl_ab))) goto done;
  if ((s = dnnl_memory_desc_init_by_tag(&c, 2, cd, ct, dnnl_ab))) goto done;
  if (layout) memcpy(&w, layout, sizeof w);
  else if ((s = dnnl_memory_desc_init_by_tag(&w, 2, wd, p->weight_type, dnnl_format_tag_any)))
    goto done;
  if ((s = dnnl_matmul_desc_init(&desc, &a, &w, NULL, &c))) goto done;
  if ((s = dnnl_primitive_attr_create(&attributes))) goto done;
  if ((s = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)))
    goto done;
  if ((s = dnnl_primitive_desc_create(&pd, &desc, attributes, engine, NULL))) goto done;
  p->a = *dnnl_primitive_desc_query_md(pd, dnnl_query_src_md, 0);
  p->w = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
  p->c = *dnnl_primitive_desc_query_md(pd, dnnl_query_dst_md, 0);
  p->scratch = *dnnl_primitive_desc_query_md(pd, dnnl_query_scratchpad_md, 0);
  const char *name = NULL;
  if (dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, (void *)&name) == dnnl_success
      && name)
    snprintf(p->name, sizeof p->name, "%s", name);
  s = dnnl_primitive_create(&p->primitive, pd);
done:
  if (pd) dnnl_primitive_desc_destroy(pd);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  if (s) cdnnl_product_destroy(p);
  else *out = p;
  return s;
}

void cdnnl_product_destroy(cdnnl_product *p) {
  if (!p) return;
  if (p->primitive) dnnl_primitive_destroy(p->primitive);
  free(p);
}

const char *cdnnl_product_name(const cdnnl_product *p) { return p->name; }

size_t cdnnl_product_packed_bytes(const cdnnl_product *p) {
  return dnnl_memory_desc_get_size(&p->w);
}

void cdnnl_product_layout(const cdnnl_product *p, void *layout) {
  memset(layout, 0, CDNNL_LAYOUT_BYTES);
  memcpy(layout, &p->w, sizeof p->w);
}

size_t cdnnl_product_scratch_bytes(const cdnnl_product *p) {
  return dnnl_memory_desc_get_size(&p->scratch);
}

int cdnnl_product_pack(const cdnnl_product *p, const void *weights, void *packed) {
  cdnnl_use_one_thread();
  dnnl_memory_desc_t plain;
  dnnl_dims_t dims = {p->k, p->n};
  dnnl_memory_t from = NULL, to = NULL;
  int s;
  if ((s = dnnl_memory_desc_init_by_tag(&plain, 2, dims, p->weight_type, dnnl_ba))) goto done;
  if ((s = dnnl_memory_create(&from, &plain, engine, (void *)weights))) goto done;
  if ((s = dnnl_memory_create(&to, &p->w, engine, packed))) goto done;
  s = cdnnl_reorder(engine, from, &plain, to, &p->w);
done:
  if (to) dnnl_memory_destroy(to);
  if (from) dnnl_memory_destroy(from);
  return s;
}

int cdnnl_context_create(cdnnl_context **out, const cdnnl_product *p, void *scratch) {
  *out = NULL;
  cdnnl_context *x = calloc(1, sizeof *x);
  if (!x) return dnnl_out_of_memory;
  int s;
  x->primitive = p->primitive;
  if ((s = dnnl_stream_create(&x->stream, engine, dnnl_stream_default_flags))) goto done;
  if ((s = dnnl_memory_create(&x->a, &p->a, engine, DNNL_MEMORY_NONE))) goto done;
  if ((s = dnnl_memory_create(&x->w, &p->w, engine, DNNL_MEMORY_NONE))) goto done;
  if ((s = dnnl_memory_create(&x->c, &p->c, engine, DNNL_MEMORY_NONE))) goto done;
  if ((s = dnnl_memory_create(&x->scratch, &p->scratch, engine, DNNL_MEMORY_NONE))) goto done;
  if (scratch) s = dnnl_memory_set_data_handle(x->scratch, scratch);
done:
  if (s) cdnnl_context_destroy(x);
  else *out = x;
  return s;
}

void cdnnl_context_destroy(cdnnl_context *x) {
  if (!x) return;
  if (x->scratch) dnnl_memory_destroy(x->scratch);
  if (x->c) dnnl_memory_destroy(x->c);
  if (x->w) dnnl_memory_destroy(x->w);
  if (x->a) dnnl_memory_destroy(x->a);
  if (x->stream) dnnl_stream_destroy(x->stream);
  free(x);
}

int cdnnl_context_run(cdnnl_context *x, const void *a, const void *packed, void *c) {
  int s;
  /* oneDNN zeroes the padding of a padded layout whenever a handle is set, which would write to
     packed weights mapped read-only; callers choose n and k so that no layout is padded. */
  if ((s = dnnl_memory_set_data_handle(x->a, (void *)a))) return s;
  if ((s = dnnl_memory_set_data_handle(x->w, (void *)packed))) return s;
  if ((s = dnnl_memory_set_data_handle(x->c, c))) return s;
  dnnl_exec_arg_t arguments[4] = {
      {DNNL_ARG_SRC, x->a}, {DNNL_ARG_WEIGHTS, x->w}, {DNNL_ARG_DST, x->c},
      {DNNL_ARG_SCRATCHPAD, x->scratch}};
  return dnnl_primitive_execute(x->primitive, x->stream, 4, arguments);
}
