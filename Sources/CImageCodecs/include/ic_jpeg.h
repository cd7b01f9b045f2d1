#ifndef IC_JPEG_H
#define IC_JPEG_H

#include "ic_outcome.h"

/* What the caller has read from the frame header, and what the decoder may use. */
typedef struct {
  uint32_t width;
  uint32_t height;
  /* 1, 2, 4 or 8: the picture is decoded at 1/scale (T.81 has no name for it; libjpeg inverse
   * transforms fewer coefficients). */
  uint32_t scale;
  uint32_t max_scans;
  /* Bytes libjpeg may allocate. */
  size_t max_memory;
  /* 3: RGB. 1: gray, of a file with one component. 4: CMYK, of a file with four, as 255 minus what
   * is stored (Adobe's convention). */
  uint32_t channels;
} ic_jpeg_request;

/* Decodes a JPEG stream to interleaved samples. `out` holds ceil(height/scale) rows of
 * `channels` * ceil(width/scale) bytes; rows never reached are left as they were. */
void ic_jpeg_decode(const uint8_t *data, size_t size, const ic_jpeg_request *request, uint8_t *out,
                    ic_outcome *outcome);

/* The quantised coefficients of the first component. */
typedef struct {
  /* Blocks of 8 x 8 across and down, as the frame header gives them: those that hold pixels. */
  uint32_t columns;
  uint32_t rows;
  /* columns * rows blocks of 64, each row by row (not zigzag); memory of the caller's. */
  int16_t *values;
  /* The quantisation steps, row by row. */
  uint16_t steps[64];
} ic_jpeg_plane;

/* Reads the coefficients of the first component. `values` holds something only when the outcome
 * is IC_DONE; where the data end early, the missing blocks are zero. */
void ic_jpeg_coefficients(const uint8_t *data, size_t size, const ic_jpeg_request *request,
                          ic_jpeg_plane *plane, ic_outcome *outcome);

typedef struct {
  uint32_t width;
  uint32_t height;
  /* 1 (gray) or 3 (RGB). */
  uint32_t channels;
  /* 1...100, scaling of the Independent JPEG Group, clamped to baseline. */
  int quality;
  /* Luma sampling factors; chroma is 1 x 1. */
  int horizontal;
  int vertical;
  bool progressive;
  /* MCUs between restart markers; 0 for none. */
  uint32_t restart_interval;
} ic_jpeg_settings;

/* Encodes to a buffer that `ic_free` releases; NULL on failure. */
uint8_t *ic_jpeg_encode(const uint8_t *samples, const ic_jpeg_settings *settings, size_t *size,
                        ic_outcome *outcome);

void ic_free(void *buffer);

#endif
