#include "CDNNL.h"
#include "reorder.h"

#include <stdlib.h>
#include <string.h>

enum { MAXIMUM_LAYERS = 32 };

typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_desc_t source, target, scratch;
  /* Constant over all runs: the weights in the library's layout, and the bias. */
  dnnl_memory_t weights, bias;
} layer;

struct cdnnl_network {
  dnnl_engine_t engine;
  int count;
  int64_t pixels, channels;
  layer layers[MAXIMUM_LAYERS];
};

struct cdnnl_pass {
  const cdnnl_network *network;
  dnnl_stream_t stream;
  dnnl_memory_t source;
  dnnl_memory_t targets[MAXIMUM_LAYERS];
  dnnl_memory_t scratches[MAXIMUM_LAYERS];
};

/* Copies plain weights into the layout that the primitive wants. */
static int place(
    dnnl_engine_t engine, const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to,
    const void *values, dnnl_memory_t *out) {
  dnnl_memory_t source = NULL;
  int s = dnnl_memory_create(&source, from, engine, (void *)values);
  if (!s) s = dnnl_memory_create(out, to, engine, DNNL_MEMORY_ALLOCATE);
  if (!s) s = cdnnl_reorder(engine, source, from, *out, to);
  if (source) dnnl_memory_destroy(source);
  return s;
}

/* One 3 x 3 convolution with padding 1 and a ReLU. `source` is what the layer before left. */
static int plan(
    dnnl_engine_t engine, layer *out, const cdnnl_convolution *c, const dnnl_memory_desc_t *source,
    int64_t height, int64_t width, int last) {
  dnnl_memory_desc_t target, weights, bias, plain;
  dnnl_convolution_desc_t desc;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_dims_t td = {1, c->outputs, height, width}, wd = {c->outputs, c->inputs, 3, 3},
              bd = {c->outputs}, strides = {c->stride, c->stride}, padding = {1, 1};
  /* The last layer's values are averaged here, so they have to lie in an order known here. */
  dnnl_format_tag_t tag = last ? dnnl_nhwc : dnnl_format_tag_any;
  int s;
  if ((s = dnnl_memory_desc_init_by_tag(&target, 4, td, dnnl_f32, tag))) goto done;
  if ((s = dnnl_memory_desc_init_by_tag(&weights, 4, wd, dnnl_f32, dnnl_format_tag_any)))
    goto done;
  if ((s = dnnl_memory_desc_init_by_tag(&plain, 4, wd, dnnl_f32, dnnl_oihw))) goto done;
  if ((s = dnnl_memory_desc_init_by_tag(&bias, 1, bd, dnnl_f32, dnnl_a))) goto done;
  if ((s = dnnl_convolution_forward_desc_init(
           &desc, dnnl_forward_inference, dnnl_convolution_direct, source, &weights, &bias,
           &target, strides, padding, padding)))
    goto done;
  if ((s = dnnl_primitive_attr_create(&attributes))) goto done;
  if ((s = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user)))
    goto done;
  if ((s = dnnl_post_ops_create(&operations))) goto done;
  if ((s = dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0))) goto done;
  if ((s = dnnl_primitive_attr_set_post_ops(attributes, operations))) goto done;
  if ((s = dnnl_primitive_desc_create(&pd, &desc, attributes, engine, NULL))) goto done;
  out->source = *dnnl_primitive_desc_query_md(pd, dnnl_query_src_md, 0);
  out->target = *dnnl_primitive_desc_query_md(pd, dnnl_query_dst_md, 0);
  out->scratch = *dnnl_primitive_desc_query_md(pd, dnnl_query_scratchpad_md, 0);
  const dnnl_memory_desc_t *wanted = dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
  if ((s = place(engine, &plain, wanted, c->weights, &out->weights))) goto done;
  if ((s = place(engine, &bias, &bias, c->bias, &out->bias))) goto done;
  s = dnnl_primitive_create(&out->primitive, pd);
done:
  if (pd) dnnl_primitive_desc_destroy(pd);
  if (operations) dnnl_post_ops_destroy(operations);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return s;
}

int cdnnl_network_create(
    cdnnl_network **out, int64_t height, int64_t width, const cdnnl_convolution *convolutions,
    int count) {
  *out = NULL;
  if (count < 1 || count > MAXIMUM_LAYERS || height < 1 || width < 1)
    return dnnl_invalid_arguments;
  cdnnl_use_one_thread();
  dnnl_engine_t engine = NULL;
  int s = cdnnl_engine(&engine);
  if (s) return s;
  cdnnl_network *n = calloc(1, sizeof *n);
  if (!n) return dnnl_out_of_memory;
  n->engine = engine;
  dnnl_memory_desc_t source;
  dnnl_dims_t dims = {1, convolutions[0].inputs, height, width};
  s = dnnl_memory_desc_init_by_tag(&source, 4, dims, dnnl_f32, dnnl_nchw);
  for (int i = 0; i < count && !s; i++) {
    const cdnnl_convolution *c = &convolutions[i];
    height = (height - 1) / c->stride + 1;
    width = (width - 1) / c->stride + 1;
    n->count = i + 1;
    s = plan(engine, &n->layers[i], c, &source, height, width, i == count - 1);
    source = n->layers[i].target;
  }
  n->pixels = height * width;
  n->channels = convolutions[count - 1].outputs;
  if (s) cdnnl_network_destroy(n);
  else *out = n;
  return s;
}

void cdnnl_network_destroy(cdnnl_network *n) {
  if (!n) return;
  for (int i = 0; i < n->count; i++) {
    layer *l = &n->layers[i];
    if (l->primitive) dnnl_primitive_destroy(l->primitive);
    if (l->weights) dnnl_memory_destroy(l->weights);
    if (l->bias) dnnl_memory_destroy(l->bias);
  }
  free(n);
}

int cdnnl_pass_create(cdnnl_pass **out, const cdnnl_network *n) {
  *out = NULL;
  cdnnl_pass *p = calloc(1, sizeof *p);
  if (!p) return dnnl_out_of_memory;
  p->network = n;
  dnnl_engine_t engine = n->engine;
  int s = dnnl_stream_create(&p->stream, engine, dnnl_stream_default_flags);
  if (!s) s = dnnl_memory_create(&p->source, &n->layers[0].source, engine, DNNL_MEMORY_NONE);
  for (int i = 0; i < n->count && !s; i++) {
    s = dnnl_memory_create(&p->targets[i], &n->layers[i].target, engine, DNNL_MEMORY_ALLOCATE);
    if (!s)
      s = dnnl_memory_create(
          &p->scratches[i], &n->layers[i].scratch, engine, DNNL_MEMORY_ALLOCATE);
  }
  if (s) cdnnl_pass_destroy(p);
  else *out = p;
  return s;
}

void cdnnl_pass_destroy(cdnnl_pass *p) {
  if (!p) return;
  for (int i = 0; i < MAXIMUM_LAYERS; i++) {
    if (p->targets[i]) dnnl_memory_destroy(p->targets[i]);
    if (p->scratches[i]) dnnl_memory_destroy(p->scratches[i]);
  }
  if (p->source) dnnl_memory_destroy(p->source);
  if (p->stream) dnnl_stream_destroy(p->stream);
  free(p);
}

int cdnnl_pass_run(cdnnl_pass *p, const float *planes, float *means) {
  const cdnnl_network *n = p->network;
  int s;
  cdnnl_use_one_thread();
  if ((s = dnnl_memory_set_data_handle(p->source, (void *)planes))) return s;
  for (int i = 0; i < n->count; i++) {
    const layer *l = &n->layers[i];
    dnnl_exec_arg_t arguments[5] = {
        {DNNL_ARG_SRC, i ? p->targets[i - 1] : p->source}, {DNNL_ARG_WEIGHTS, l->weights},
        {DNNL_ARG_BIAS, l->bias}, {DNNL_ARG_DST, p->targets[i]},
        {DNNL_ARG_SCRATCHPAD, p->scratches[i]}};
    if ((s = dnnl_primitive_execute(l->primitive, p->stream, 5, arguments))) return s;
  }
  if ((s = dnnl_stream_wait(p->stream))) return s;
  float *values = NULL;
  if ((s = dnnl_memory_get_data_handle(p->targets[n->count - 1], (void **)&values))) return s;
  memset(means, 0, (size_t)n->channels * sizeof *means);
  for (int64_t pixel = 0; pixel < n->pixels; pixel++)
    for (int64_t c = 0; c < n->channels; c++) means[c] += values[pixel * n->channels + c];
  for (int64_t c = 0; c < n->channels; c++) means[c] /= (float)n->pixels;
  return 0;
}
