#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
/* After jpeglib.h, which it needs. */
#include <jerror.h>

#include "ic_jpeg.h"
#include "ic_pixels.h"

typedef struct {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf stop;
  const ic_jpeg_request *request;
  const uint8_t *data;
  size_t size;
  uint8_t *out;
  bool several_scans;
  /* A complaint has come after the header: `sound_rows` stands. */
  bool unsound;
  ic_outcome *outcome;
} job;

static job *job_of(j_common_ptr codec) { return (job *)codec->client_data; }

static void say(j_common_ptr codec, char *message, size_t size) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  snprintf(message, size, "%s", text);
}

static void on_error(j_common_ptr codec) {
  job *job = job_of(codec);
  switch (codec->err->msg_code) {
  case JERR_NO_BACKING_STORE:
  case JERR_OUT_OF_MEMORY:
    job->outcome->status = IC_MEMORY;
    break;
  default:
    job->outcome->status = IC_BROKEN;
  }
  say(codec, job->outcome->message, sizeof job->outcome->message);
  longjmp(job->stop, 1);
}

/* Rows that were complete when the data went wrong. When libjpeg first collects all
 * coefficients (several scans), output has not begun; what counts is then how far the first
 * scan, which carries the picture in the rough, has come. */
static uint32_t rows_so_far(job *job) {
  struct jpeg_decompress_struct *codec = &job->codec;
  if (codec->output_scanline > 0 || codec->input_scan_number == 0) return codec->output_scanline;
  if (!job->several_scans) return 0;
  if (codec->input_scan_number > 1) return codec->output_height;
  uint64_t rows = (uint64_t)codec->input_iMCU_row * codec->max_v_samp_factor * DCTSIZE;
  rows /= job->request->scale;
  return rows < codec->output_height ? (uint32_t)rows : codec->output_height;
}

static void on_message(j_common_ptr codec, int level) {
  if (level >= 0) return; /* a trace, not a complaint */
  job *job = job_of(codec);
  if (job->outcome->warnings == 0)
    say(codec, job->outcome->message, sizeof job->outcome->message);
  /* What is odd before the first scan does no harm to rows. */
  if (!job->unsound && job->codec.input_scan_number > 0) {
    job->outcome->sound_rows = rows_so_far(job);
    job->unsound = true;
  }
  if (codec->err->msg_code == JWRN_JPEG_EOF) job->outcome->truncated = true;
  if (job->outcome->warnings < UINT32_MAX) job->outcome->warnings++;
}

/* A progressive file of a few kilobytes can hold thousands of scans, each a pass over the whole
 * picture; libjpeg itself sets no bound. */
static void on_progress(j_common_ptr codec) {
  job *job = job_of(codec);
  if ((uint32_t)job->codec.input_scan_number <= job->request->max_scans) return;
  job->outcome->status = IC_SCANS;
  longjmp(job->stop, 1);
}

/* 255 is no ink in files with Adobe's marker, full ink in others. */
static void rgb_from_cmyk(const uint8_t *restrict cmyk, uint8_t *restrict rgb, uint32_t width,
                          bool inverted) {
  const uint8_t flip = inverted ? 0 : 255;
  for (uint32_t x = 0; x < width; x++) {
    const unsigned key = cmyk[4 * x + 3] ^ flip;
    for (int c = 0; c < 3; c++) rgb[3 * x + c] = ic_divide_255((cmyk[4 * x + c] ^ flip) * key);
  }
}

static void read_rows(job *job) {
  struct jpeg_decompress_struct *codec = &job->codec;
  const size_t stride = (size_t)codec->output_width * job->request->channels;
  if (codec->out_color_space == JCS_CMYK && job->request->channels == 3) {
    JSAMPARRAY line = codec->mem->alloc_sarray((j_common_ptr)codec, JPOOL_IMAGE,
                                               codec->output_width * 4, 1);
    while (codec->output_scanline < codec->output_height) {
      uint8_t *row = job->out + stride * codec->output_scanline;
      jpeg_read_scanlines(codec, line, 1);
      rgb_from_cmyk(line[0], row, codec->output_width, codec->saw_Adobe_marker);
      job->outcome->rows = codec->output_scanline;
    }
    return;
  }
  while (codec->output_scanline < codec->output_height) {
    JSAMPROW rows[16];
    uint32_t count = codec->output_height - codec->output_scanline;
    if (count > 16) count = 16;
    for (uint32_t i = 0; i < count; i++)
      rows[i] = job->out + stride * (codec->output_scanline + i);
    count = jpeg_read_scanlines(codec, rows, count);
    if (codec->out_color_space == JCS_CMYK)
      for (size_t i = 0; i < count * stride; i++) rows[0][i] ^= 255;
    job->outcome->rows = codec->output_scanline;
  }
}

/* Apart from its caller, so that nothing that longjmp could spoil is local to it. */
static void run(job *job) {
  struct jpeg_decompress_struct *codec = &job->codec;
  ic_outcome *outcome = job->outcome;
  if (setjmp(job->stop)) return;
  jpeg_create_decompress(codec);
  codec->client_data = job; /* creation keeps err and client_data, but be plain about it */
  codec->mem->max_memory_to_use = (long)job->request->max_memory;
  jpeg_mem_src(codec, job->data, job->size);
  jpeg_read_header(codec, TRUE);
  if (codec->image_width != job->request->width || codec->image_height != job->request->height) {
    outcome->status = IC_MISMATCH;
    return;
  }
  const bool four = codec->jpeg_color_space == JCS_CMYK || codec->jpeg_color_space == JCS_YCCK;
  codec->out_color_space =
      four ? JCS_CMYK : job->request->channels == 1 ? JCS_GRAYSCALE : JCS_EXT_RGB;
  if (job->request->channels != 3 && job->request->channels != (uint32_t)codec->num_components) {
    outcome->status = IC_MISMATCH;
    return;
  }
  job->several_scans = jpeg_has_multiple_scans(codec);
  codec->scale_num = 1;
  codec->scale_denom = job->request->scale;
  job->progress.progress_monitor = on_progress;
  codec->progress = &job->progress;
  jpeg_start_decompress(codec);
  read_rows(job);
  if (!job->unsound) outcome->sound_rows = outcome->rows;
  job->unsound = true;
  jpeg_finish_decompress(codec);
  if (!outcome->truncated) outcome->consumed = job->size - codec->src->bytes_in_buffer;
}

static void prepare(job *job, const uint8_t *data, size_t size, const ic_jpeg_request *request,
                    ic_outcome *outcome) {
  memset(job, 0, sizeof *job);
  memset(outcome, 0, sizeof *outcome);
  job->request = request;
  job->data = data;
  job->size = size;
  job->outcome = outcome;
  job->codec.err = jpeg_std_error(&job->errors);
  job->codec.client_data = job;
  job->errors.error_exit = on_error;
  job->errors.emit_message = on_message;
}

void ic_jpeg_decode(const uint8_t *data, size_t size, const ic_jpeg_request *request, uint8_t *out,
                    ic_outcome *outcome) {
  job job;
  prepare(&job, data, size, request, outcome);
  job.out = out;
  run(&job);
  if (outcome->status != IC_DONE && !job.unsound) outcome->sound_rows = outcome->rows;
  if (outcome->rows > 0) { /* after an error: the gray that libjpeg itself fills in */
    const size_t stride = ((size_t)request->width + request->scale - 1) / request->scale *
        request->channels;
    const size_t height = ((size_t)request->height + request->scale - 1) / request->scale;
    memset(out + stride * outcome->rows, 128, stride * (height - outcome->rows));
  }
  jpeg_destroy_decompress(&job.codec);
}

/* The blocks of the first component, out of libjpeg's own arrays. */
static void copy_blocks(job *job, jvirt_barray_ptr *arrays, ic_jpeg_plane *plane) {
  struct jpeg_decompress_struct *codec = &job->codec;
  const jpeg_component_info *luma = &codec->comp_info[0];
  const size_t row = (size_t)plane->columns * DCTSIZE2;
  for (int i = 0; i < DCTSIZE2; i++) plane->steps[i] = luma->quant_table->quantval[i];
  for (uint32_t y = 0; y < plane->rows; y++) {
    JBLOCKARRAY blocks =
        codec->mem->access_virt_barray((j_common_ptr)codec, arrays[0], y, 1, FALSE);
    memcpy(plane->values + row * y, blocks[0], row * sizeof(int16_t));
  }
}

static void run_coefficients(job *job, ic_jpeg_plane *plane) {
  struct jpeg_decompress_struct *codec = &job->codec;
  ic_outcome *outcome = job->outcome;
  if (setjmp(job->stop)) return;
  jpeg_create_decompress(codec);
  codec->client_data = job;
  codec->mem->max_memory_to_use = (long)job->request->max_memory;
  jpeg_mem_src(codec, job->data, job->size);
  jpeg_read_header(codec, TRUE);
  if (codec->image_width != job->request->width || codec->image_height != job->request->height) {
    outcome->status = IC_MISMATCH;
    return;
  }
  job->several_scans = jpeg_has_multiple_scans(codec);
  job->progress.progress_monitor = on_progress;
  codec->progress = &job->progress;
  jvirt_barray_ptr *arrays = jpeg_read_coefficients(codec);
  const jpeg_component_info *luma = &codec->comp_info[0];
  if (luma->width_in_blocks != plane->columns || luma->height_in_blocks != plane->rows ||
      luma->quant_table == NULL) {
    outcome->status = IC_MISMATCH;
    return;
  }
  copy_blocks(job, arrays, plane);
  jpeg_finish_decompress(codec);
}

void ic_jpeg_coefficients(const uint8_t *data, size_t size, const ic_jpeg_request *request,
                          ic_jpeg_plane *plane, ic_outcome *outcome) {
  job job;
  prepare(&job, data, size, request, outcome);
  run_coefficients(&job, plane);
  jpeg_destroy_decompress(&job.codec);
}
