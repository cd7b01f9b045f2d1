#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include "ic_pixels.h"
#include "ic_webp.h"

/* One picture inside the canvas. */
typedef struct {
  const uint8_t *data;
  size_t size;
  uint32_t x, y, width, height;
  bool alpha;
} frame;

static const char *words(VP8StatusCode code) {
  switch (code) {
  case VP8_STATUS_OUT_OF_MEMORY: return "out of memory";
  case VP8_STATUS_BITSTREAM_ERROR: return "the bitstream is damaged";
  case VP8_STATUS_UNSUPPORTED_FEATURE: return "unsupported feature";
  case VP8_STATUS_SUSPENDED:
  case VP8_STATUS_NOT_ENOUGH_DATA: return "the data end early";
  default: return "the decoder stopped";
  }
}

static void fail(ic_outcome *outcome, VP8StatusCode code) {
  outcome->status = code == VP8_STATUS_OUT_OF_MEMORY ? IC_MEMORY : IC_BROKEN;
  outcome->truncated = code == VP8_STATUS_NOT_ENOUGH_DATA || code == VP8_STATUS_SUSPENDED;
  snprintf(outcome->message, sizeof outcome->message, "%s", words(code));
}

/* The whole picture at once; if that fails, again row by row, to keep what comes. Returns the
 * rows that came. */
static uint32_t decode_frame(const frame *frame, WebPDecoderConfig *config, ic_outcome *outcome) {
  const VP8StatusCode whole = WebPDecode(frame->data, frame->size, config);
  if (whole == VP8_STATUS_OK) return frame->height;
  fail(outcome, whole);
  if (outcome->status == IC_MEMORY) return 0;
  WebPIDecoder *decoder = WebPINewDecoder(&config->output);
  if (decoder == NULL) return 0;
  const VP8StatusCode part = WebPIUpdate(decoder, frame->data, frame->size);
  int rows = 0;
  (void)WebPIDecGetRGB(decoder, &rows, NULL, NULL, NULL);
  if (part == VP8_STATUS_SUSPENDED) outcome->truncated = true;
  WebPIDelete(decoder);
  return rows < 0 ? 0 : (uint32_t)rows;
}

/* `out` is the whole canvas. */
static void paint(const frame *frame, uint32_t canvas_width, uint32_t channels, uint8_t *out,
                  ic_outcome *outcome) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) {
    fail(outcome, VP8_STATUS_UNSUPPORTED_FEATURE);
    return;
  }
  const size_t stride = (size_t)canvas_width * channels;
  uint8_t *corner = out + stride * frame->y + (size_t)frame->x * channels;
  uint8_t *scratch = NULL;
  config.output.is_external_memory = 1;
  const bool composite = frame->alpha && channels == 3;
  if (composite) {
    scratch = calloc((size_t)frame->width * 4, frame->height);
    if (scratch == NULL) {
      fail(outcome, VP8_STATUS_OUT_OF_MEMORY);
      return;
    }
    config.output.colorspace = MODE_RGBA;
    config.output.u.RGBA.rgba = scratch;
    config.output.u.RGBA.stride = (int)(frame->width * 4);
    config.output.u.RGBA.size = (size_t)frame->width * 4 * frame->height;
  } else {
    config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.u.RGBA.rgba = corner;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = stride * (frame->height - 1) + (size_t)frame->width * channels;
  }
  outcome->rows = decode_frame(frame, &config, outcome);
  outcome->sound_rows = outcome->rows;
  for (uint32_t y = 0; composite && y < outcome->rows; y++) {
    outcome->translucent +=
        ic_over_white(scratch + (size_t)y * frame->width * 4, corner + y * stride, frame->width);
  }
  for (uint32_t y = outcome->rows; y < frame->height; y++)
    memset(corner + y * stride, 255, (size_t)frame->width * channels);
  free(scratch);
  WebPFreeDecBuffer(&config.output);
}

static void decode_animation(const uint8_t *data, size_t size, uint32_t width, uint32_t height,
                             uint32_t channels, uint8_t *out, ic_outcome *outcome) {
  const WebPData bytes = {data, size};
  WebPDemuxState state;
  WebPDemuxer *demuxer = WebPDemuxPartial(&bytes, &state);
  WebPIterator iterator;
  memset(&iterator, 0, sizeof iterator);
  if (demuxer == NULL || !WebPDemuxGetFrame(demuxer, 1, &iterator)) {
    fail(outcome, VP8_STATUS_BITSTREAM_ERROR);
    if (demuxer != NULL) WebPDemuxDelete(demuxer);
    return;
  }
  frame first = {iterator.fragment.bytes, iterator.fragment.size,
                 (uint32_t)iterator.x_offset, (uint32_t)iterator.y_offset,
                 (uint32_t)iterator.width, (uint32_t)iterator.height, iterator.has_alpha};
  if (iterator.x_offset < 0 || iterator.y_offset < 0 || first.width == 0 || first.height == 0 ||
      first.x > width || first.y > height || first.width > width - first.x ||
      first.height > height - first.y) {
    outcome->status = IC_MISMATCH;
  } else {
    memset(out, channels == 4 ? 0 : 255, (size_t)width * height * channels);
    paint(&first, width, channels, out, outcome);
    if (outcome->rows == first.height) outcome->rows = outcome->sound_rows = height;
  }
  WebPDemuxReleaseIterator(&iterator);
  WebPDemuxDelete(demuxer);
}

void ic_webp_decode(const uint8_t *data, size_t size, uint32_t width, uint32_t height,
                    bool animated, uint32_t channels, uint8_t *out, ic_outcome *outcome) {
  memset(outcome, 0, sizeof *outcome);
  if (animated) {
    decode_animation(data, size, width, height, channels, out, outcome);
    return;
  }
  WebPBitstreamFeatures features;
  const VP8StatusCode code = WebPGetFeatures(data, size, &features);
  if (code != VP8_STATUS_OK) {
    fail(outcome, code);
    return;
  }
  if ((uint32_t)features.width != width || (uint32_t)features.height != height) {
    outcome->status = IC_MISMATCH;
    return;
  }
  const frame only = {data, size, 0, 0, width, height, features.has_alpha};
  paint(&only, width, channels, out, outcome);
}

uint8_t *ic_webp_encode(const uint8_t *rgb, uint32_t width, uint32_t height, float quality,
                        size_t *size) {
  uint8_t *buffer = NULL;
  const int stride = (int)(width * 3);
  if (quality < 0) {
    *size = WebPEncodeLosslessRGB(rgb, (int)width, (int)height, stride, &buffer);
  } else {
    *size = WebPEncodeRGB(rgb, (int)width, (int)height, stride, quality, &buffer);
  }
  if (*size == 0) {
    WebPFree(buffer);
    return NULL;
  }
  return buffer;
}

void ic_webp_free(void *buffer) { WebPFree(buffer); }
