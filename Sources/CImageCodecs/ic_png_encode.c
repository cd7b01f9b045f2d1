#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "ic_png.h"

typedef struct {
  png_structp png;
  png_infop info;
  uint8_t *buffer;
  size_t size;
  size_t capacity;
  ic_outcome *outcome;
} job;

static void on_error(png_structp png, png_const_charp message) {
  job *job = png_get_error_ptr(png);
  job->outcome->status = IC_BROKEN;
  snprintf(job->outcome->message, sizeof job->outcome->message, "%s", message);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  job *job = png_get_error_ptr(png);
  (void)message;
  job->outcome->warnings++;
}

static void on_write(png_structp png, png_bytep data, size_t count) {
  job *job = png_get_io_ptr(png);
  if (job->capacity - job->size < count) {
    const size_t capacity = (job->size + count) * 2 + 65536;
    uint8_t *grown = realloc(job->buffer, capacity);
    if (grown == NULL) png_error(png, "Out of memory");
    job->buffer = grown;
    job->capacity = capacity;
  }
  memcpy(job->buffer + job->size, data, count);
  job->size += count;
}

static void on_flush(png_structp png) { (void)png; }

static void run(job *job, const uint8_t *samples, uint32_t width, uint32_t height,
                uint32_t channels, int level) {
  static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGB_ALPHA};
  if (setjmp(png_jmpbuf(job->png))) return;
  png_set_write_fn(job->png, job, on_write, on_flush);
  png_set_IHDR(job->png, job->info, width, height, 8, types[channels - 1], PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(job->png, level);
  png_write_info(job->png, job->info);
  for (uint32_t y = 0; y < height; y++)
    png_write_row(job->png, samples + (size_t)y * width * channels);
  png_write_end(job->png, NULL);
}

uint8_t *ic_png_encode(const uint8_t *samples, uint32_t width, uint32_t height, uint32_t channels,
                       int level, size_t *size, ic_outcome *outcome) {
  job job;
  memset(&job, 0, sizeof job);
  memset(outcome, 0, sizeof *outcome);
  job.outcome = outcome;
  job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
  if (job.png == NULL || (job.info = png_create_info_struct(job.png)) == NULL) {
    png_destroy_write_struct(&job.png, &job.info);
    outcome->status = IC_MEMORY;
    return NULL;
  }
  run(&job, samples, width, height, channels, level);
  png_destroy_write_struct(&job.png, &job.info);
  if (outcome->status != IC_DONE) {
    free(job.buffer);
    return NULL;
  }
  *size = job.size;
  return job.buffer;
}
