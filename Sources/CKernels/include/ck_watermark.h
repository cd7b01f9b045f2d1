/* The invisible watermark dwtDct (DeclaredOrigin, WatermarkBlocks). */
#ifndef CK_WATERMARK_H
#define CK_WATERMARK_H

#include <stdint.h>

/* The bit (0 or 1) of each block of 8 x 8 pixels of interleaved RGB, `columns` by `rows` blocks from
 * the upper left corner: whether the largest of the 15 values after the first of the low chroma
 * frequencies has a remainder by 36 beyond 18. */
void wk_bits(const uint8_t *rgb, int width, int columns, int rows, uint8_t *bits);

#endif
