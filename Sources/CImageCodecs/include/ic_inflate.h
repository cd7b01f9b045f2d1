#ifndef IC_INFLATE_H
#define IC_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Expands a zlib or gzip stream (RFC 1950, 1952) into `capacity` bytes at `out`; gives how many were written.
 * `*whole` is false when the stream is broken, ends early or would expand to more. */
size_t ic_inflate(const uint8_t *data, size_t size, uint8_t *out, size_t capacity, bool *whole);

#endif
