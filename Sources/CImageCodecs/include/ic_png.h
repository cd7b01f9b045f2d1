#ifndef IC_PNG_H
#define IC_PNG_H

#include "ic_outcome.h"

/* A run of bytes of the file. */
typedef struct {
  size_t offset;
  size_t length;
} ic_span;

/* The PNG as libpng shall see it: the signature and the chunks that carry pixels, in file order.
 * Whatever else the file holds never reaches libpng, so nothing else can be inflated. */
typedef struct {
  const uint8_t *data;
  const ic_span *spans;
  size_t span_count;
  /* From IHDR, as the caller has checked it. */
  uint32_t width;
  uint32_t height;
  /* 0: RGB, as below. Otherwise samples as they are stored, this many a pixel: gray (1), gray and
   * alpha or 16-bit gray, low byte first (2), RGB (3), RGBA (4), palette indices (1); fewer than 8
   * bits of gray are scaled to 8, of more the high byte is taken, transparency is not applied. */
  uint32_t stored_channels;
  /* Where the palette's RGB entries go, 768 bytes, with `stored_channels`; may be NULL. */
  uint8_t *palette;
} ic_png_request;

/* Decodes to interleaved RGB (or what is stored), `height` rows of 3 * `width` bytes: gray replicated, 16 bits scaled
 * to 8, gamma ignored, alpha composited over white. Rows never reached are white. */
void ic_png_decode(const ic_png_request *request, uint8_t *out, ic_outcome *outcome);

/* Encodes 8-bit samples of 1 to 4 channels at a zlib level of 0...9, to a buffer that `ic_free`
 * releases; NULL on failure. */
uint8_t *ic_png_encode(const uint8_t *samples, uint32_t width, uint32_t height, uint32_t channels,
                       int level, size_t *size, ic_outcome *outcome);

/* CRC-32 as PNG uses it (ISO 3309). */
uint32_t ic_crc32(const uint8_t *data, size_t size);

#endif
