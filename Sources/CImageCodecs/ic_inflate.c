#include "ic_inflate.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

size_t ic_inflate(const uint8_t *data, size_t size, uint8_t *out, size_t capacity, bool *whole) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  *whole = false;
  if (size > UINT_MAX || capacity > UINT_MAX || inflateInit2(&stream, MAX_WBITS + 32) != Z_OK) return 0;
  stream.next_in = (Bytef *)data;
  stream.avail_in = (uInt)size;
  stream.next_out = out;
  stream.avail_out = (uInt)capacity;
  *whole = inflate(&stream, Z_FINISH) == Z_STREAM_END;
  size_t written = capacity - stream.avail_out;
  inflateEnd(&stream);
  return written;
}
