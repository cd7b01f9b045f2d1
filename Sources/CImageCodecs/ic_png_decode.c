#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#include "ic_pixels.h"
#include "ic_png.h"

typedef struct {
  png_structp png;
  png_infop info;
  const ic_png_request *request;
  size_t span;
  size_t at;
  uint8_t *out;
  /* One row of RGBA, or the whole picture when it is interlaced and has alpha. */
  uint8_t *scratch;
  int passes;
  bool reading;
  /* A complaint has come since: `sound_rows` stands. */
  bool unsound;
  ic_outcome *outcome;
} job;

static void on_error(png_structp png, png_const_charp message) {
  job *job = png_get_error_ptr(png);
  job->outcome->status = strcmp(message, "Out of memory") == 0 ? IC_MEMORY : IC_BROKEN;
  snprintf(job->outcome->message, sizeof job->outcome->message, "%s", message);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  job *job = png_get_error_ptr(png);
  if (job->outcome->warnings == 0) {
    snprintf(job->outcome->message, sizeof job->outcome->message, "%s", message);
  }
  /* What is odd before the first row does no harm to rows. */
  if (!job->unsound && job->reading) {
    if (job->passes == 1) job->outcome->sound_rows = job->outcome->rows;
    job->unsound = true;
  }
  if (job->outcome->warnings < UINT32_MAX) job->outcome->warnings++;
}

/* A chunk that the file ends in is shown as if it were as long as what is left of it: libpng asks
 * for as much as a chunk states, and would get nothing of the last piece. */
static void shorten(const job *job, uint8_t *into, size_t count) {
  const ic_span span = job->request->spans[job->span];
  const uint8_t *head = job->request->data + span.offset;
  if (job->span == 0 || job->at >= 4 || span.length < 9) return;
  const size_t stated = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 |
                        (size_t)head[3];
  const size_t left = span.length - 8;
  if (stated <= left) return;
  for (size_t i = job->at; i < 4 && i - job->at < count; i++)
    into[i - job->at] = (uint8_t)(left >> (24 - 8 * i));
}

static void on_read(png_structp png, png_bytep into, size_t wanted) {
  job *job = png_get_io_ptr(png);
  while (wanted > 0) {
    if (job->span == job->request->span_count) {
      job->outcome->truncated = true;
      png_error(png, "the data end early");
    }
    const ic_span span = job->request->spans[job->span];
    size_t count = span.length - job->at;
    if (count > wanted) count = wanted;
    memcpy(into, job->request->data + span.offset + job->at, count);
    shorten(job, into, count);
    into += count;
    wanted -= count;
    job->at += count;
    if (job->at == span.length) {
      job->span++;
      job->at = 0;
    }
  }
}

/* Bytes of one row of the result. */
static size_t stride_of(const ic_png_request *request) {
  return (size_t)request->width * (request->stored_channels == 0 ? 3 : request->stored_channels);
}

/* Samples as stored. The request shows libpng no tRNS chunk, so none is expanded. */
static void set_stored(job *job) {
  png_structp png = job->png;
  const int type = png_get_color_type(png, job->info), depth = png_get_bit_depth(png, job->info);
  if (depth < 8 && type == PNG_COLOR_TYPE_PALETTE) png_set_packing(png);
  if (depth < 8 && type == PNG_COLOR_TYPE_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  if (depth == 16 && type == PNG_COLOR_TYPE_GRAY) png_set_swap(png);
  else if (depth == 16) png_set_strip_16(png);
  png_colorp entries = NULL;
  int count = 0;
  if (job->request->palette == NULL || !png_get_PLTE(png, job->info, &entries, &count)) return;
  for (int i = 0; i < count && i < 256; i++) {
    job->request->palette[3 * i] = entries[i].red;
    job->request->palette[3 * i + 1] = entries[i].green;
    job->request->palette[3 * i + 2] = entries[i].blue;
  }
}

static void read_plain(job *job, bool alpha) {
  const uint32_t width = job->request->width, height = job->request->height;
  const size_t stride = stride_of(job->request);
  for (uint32_t y = 0; y < height; y++) {
    uint8_t *row = job->out + y * stride;
    png_read_row(job->png, alpha ? job->scratch : row, NULL);
    if (alpha) job->outcome->translucent += ic_over_white(job->scratch, row, width);
    job->outcome->rows = y + 1;
  }
}

/* Every pass paints the rectangles it stands for, so that a file that ends early leaves a coarse
 * picture instead of scattered dots. */
static void read_interlaced(job *job, bool alpha, int passes) {
  const uint32_t width = job->request->width, height = job->request->height;
  const size_t stride = alpha ? (size_t)width * 4 : stride_of(job->request);
  uint8_t *base = alpha ? job->scratch : job->out;
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      png_read_row(job->png, NULL, base + y * stride);
      if (job->outcome->rows < y + 1) job->outcome->rows = y + 1;
    }
  }
}

static void run(job *job) {
  const ic_png_request *request = job->request;
  png_structp png = job->png;
  if (setjmp(png_jmpbuf(png))) return;
  png_set_user_limits(png, request->width, request->height);
  png_set_crc_action(png, PNG_CRC_WARN_USE, PNG_CRC_WARN_USE);
  png_set_benign_errors(png, 1);
  png_set_read_fn(png, job, on_read);
  png_read_info(png, job->info);
  if (png_get_image_width(png, job->info) != request->width ||
      png_get_image_height(png, job->info) != request->height) {
    job->outcome->status = IC_MISMATCH;
    return;
  }
  if (request->stored_channels != 0) {
    set_stored(job);
  } else {
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
  }
  const int passes = job->passes = png_set_interlace_handling(png);
  png_read_update_info(png, job->info);
  const bool alpha = request->stored_channels == 0 && png_get_channels(png, job->info) == 4;
  const size_t row_bytes = alpha ? (size_t)request->width * 4 : stride_of(request);
  if (png_get_rowbytes(png, job->info) != row_bytes) png_error(png, "unexpected row size");
  if (alpha) {
    job->scratch = calloc(passes > 1 ? request->height : 1, row_bytes);
    if (job->scratch == NULL) png_error(png, "Out of memory");
  }
  job->reading = true;
  if (passes > 1) {
    if (!alpha) memset(job->out, 255, row_bytes * request->height);
    read_interlaced(job, alpha, passes);
  } else {
    read_plain(job, alpha);
  }
  if (!job->unsound) job->outcome->sound_rows = job->outcome->rows;
  job->unsound = true;
  png_read_end(png, NULL);
}

void ic_png_decode(const ic_png_request *request, uint8_t *out, ic_outcome *outcome) {
  job job;
  memset(&job, 0, sizeof job);
  memset(outcome, 0, sizeof *outcome);
  job.request = request;
  job.out = out;
  job.outcome = outcome;
  job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
  if (job.png == NULL || (job.info = png_create_info_struct(job.png)) == NULL) {
    png_destroy_read_struct(&job.png, &job.info, NULL);
    outcome->status = IC_MEMORY;
    return;
  }
  run(&job);
  const bool interlaced = job.passes > 1;
  const size_t stride = stride_of(request);
  if (interlaced && job.scratch != NULL) {
    for (uint32_t y = 0; y < request->height; y++) {
      outcome->translucent +=
          ic_over_white(job.scratch + (size_t)y * request->width * 4, out + y * stride,
                     request->width);
    }
  }
  if (outcome->rows > 0 && !interlaced) {
    memset(out + stride * outcome->rows, 255, stride * (request->height - outcome->rows));
    if (!job.unsound) outcome->sound_rows = outcome->rows;
  }
  png_destroy_read_struct(&job.png, &job.info, NULL);
  free(job.scratch);
}

uint32_t ic_crc32(const uint8_t *data, size_t size) { return (uint32_t)crc32_z(0, data, size); }
