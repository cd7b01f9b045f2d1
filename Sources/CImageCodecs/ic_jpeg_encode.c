#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "ic_jpeg.h"

typedef struct {
  struct jpeg_compress_struct codec;
  struct jpeg_error_mgr errors;
  jmp_buf stop;
  const uint8_t *samples;
  const ic_jpeg_settings *settings;
  unsigned char *buffer;
  unsigned long size;
  ic_outcome *outcome;
} job;

static void on_error(j_common_ptr codec) {
  job *job = codec->client_data;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  snprintf(job->outcome->message, sizeof job->outcome->message, "%s", text);
  job->outcome->status = IC_BROKEN;
  longjmp(job->stop, 1);
}

static void on_message(j_common_ptr codec, int level) {
  job *job = codec->client_data;
  if (level < 0) job->outcome->warnings++;
}

static void run(job *job) {
  struct jpeg_compress_struct *codec = &job->codec;
  const ic_jpeg_settings *settings = job->settings;
  if (setjmp(job->stop)) return;
  jpeg_create_compress(codec);
  codec->client_data = job;
  jpeg_mem_dest(codec, &job->buffer, &job->size);
  codec->image_width = settings->width;
  codec->image_height = settings->height;
  codec->input_components = (int)settings->channels;
  codec->in_color_space = settings->channels == 1 ? JCS_GRAYSCALE : JCS_EXT_RGB;
  jpeg_set_defaults(codec);
  jpeg_set_quality(codec, settings->quality, TRUE);
  codec->comp_info[0].h_samp_factor = settings->channels == 1 ? 1 : settings->horizontal;
  codec->comp_info[0].v_samp_factor = settings->channels == 1 ? 1 : settings->vertical;
  codec->restart_interval = settings->restart_interval;
  if (settings->progressive) jpeg_simple_progression(codec);
  jpeg_start_compress(codec, TRUE);
  const size_t stride = (size_t)settings->width * settings->channels;
  while (codec->next_scanline < codec->image_height) {
    JSAMPROW rows[16];
    uint32_t count = codec->image_height - codec->next_scanline;
    if (count > 16) count = 16;
    for (uint32_t i = 0; i < count; i++)
      rows[i] = (JSAMPROW)(job->samples + stride * (codec->next_scanline + i));
    jpeg_write_scanlines(codec, rows, count);
  }
  jpeg_finish_compress(codec);
}

uint8_t *ic_jpeg_encode(const uint8_t *samples, const ic_jpeg_settings *settings, size_t *size,
                        ic_outcome *outcome) {
  job job;
  memset(&job, 0, sizeof job);
  memset(outcome, 0, sizeof *outcome);
  job.samples = samples;
  job.settings = settings;
  job.outcome = outcome;
  job.codec.err = jpeg_std_error(&job.errors);
  job.codec.client_data = &job;
  job.errors.error_exit = on_error;
  job.errors.emit_message = on_message;
  run(&job);
  jpeg_destroy_compress(&job.codec);
  if (outcome->status != IC_DONE) {
    free(job.buffer);
    return NULL;
  }
  *size = job.size;
  return job.buffer;
}

void ic_free(void *buffer) { free(buffer); }
