/* What the files over oneDNN share; nothing of it shows outside. */
#ifndef CDNNL_REORDER_H
#define CDNNL_REORDER_H

#include <oneapi/dnnl/dnnl.h>

/* The library's engine for the processor, opened once; returns 0 or oneDNN's status. */
int cdnnl_engine(dnnl_engine_t *out);

/* Copies the values of `from` into `to`, from the one's layout into the other's. */
int cdnnl_reorder(
    dnnl_engine_t engine, dnnl_memory_t from, const dnnl_memory_desc_t *from_layout,
    dnnl_memory_t to, const dnnl_memory_desc_t *to_layout);

#endif
