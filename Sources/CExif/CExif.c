#include "CExif.h"

#include <libexif/exif-data.h>
#include <libexif/exif-log.h>
#include <libexif/exif-mem.h>
#include <libexif/exif-tag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// libexif copies every entry, so 5000 overlapping entries of one 64 KiB segment would become
// 300 MiB. Its allocator hook has no user pointer: the budget of the reading in progress is the
// thread's.
static _Thread_local size_t budget_total;
static _Thread_local size_t budget_used;

// Sixteen bytes before each allocation hold its size and keep its alignment.
enum { header_size = 16 };

static void *budget_alloc(ExifLong wanted) {
  size_t size = wanted;
  if (size > budget_total - budget_used) return NULL;
  unsigned char *block = calloc(1, header_size + size);
  if (!block) return NULL;
  memcpy(block, &size, sizeof size);
  budget_used += size;
  return block + header_size;
}

static void budget_free(void *pointer) {
  if (!pointer) return;
  unsigned char *block = (unsigned char *)pointer - header_size;
  size_t size;
  memcpy(&size, block, sizeof size);
  budget_used = size > budget_used ? 0 : budget_used - size;
  free(block);
}

static void *budget_realloc(void *pointer, ExifLong wanted) {
  if (!pointer) return budget_alloc(wanted);
  unsigned char *block = (unsigned char *)pointer - header_size;
  size_t old, size = wanted;
  memcpy(&old, block, sizeof old);
  if (size > old && size - old > budget_total - budget_used) return NULL;
  unsigned char *grown = realloc(block, header_size + size);
  if (!grown) return NULL;
  if (size > old) memset(grown + header_size + old, 0, size - old);
  memcpy(grown, &size, sizeof size);
  budget_used = budget_used + size >= old ? budget_used + size - old : 0;
  return grown + header_size;
}

struct fexif_reading {
  ExifData *data;
  size_t complaints;
};

static void count_complaint(
    ExifLog *log, ExifLogCode code, const char *domain, const char *format, va_list arguments,
    void *context) {
  (void)log, (void)domain, (void)format, (void)arguments;
  if (code == EXIF_LOG_CODE_CORRUPT_DATA || code == EXIF_LOG_CODE_NO_MEMORY) {
    ((fexif_reading *)context)->complaints += 1;
  }
}

fexif_reading *fexif_read(const uint8_t *tiff, size_t length, size_t memory_budget) {
  static const unsigned char prefix[6] = {'E', 'x', 'i', 'f', 0, 0};
  if (!tiff || length > UINT32_MAX - sizeof prefix) return NULL;
  fexif_reading *reading = calloc(1, sizeof *reading);
  // A copy of exactly this size: libexif wants the prefix, and a read past the end of the
  // segment would be one past the end of an allocation, which sanitizers see.
  unsigned char *copy = malloc(sizeof prefix + length);
  if (!reading || !copy) {
    free(copy);
    free(reading);
    return NULL;
  }
  memcpy(copy, prefix, sizeof prefix);
  memcpy(copy + sizeof prefix, tiff, length);

  budget_total = memory_budget;
  budget_used = 0;
  ExifMem *memory = exif_mem_new(budget_alloc, budget_realloc, budget_free);
  if (memory) {
    reading->data = exif_data_new_mem(memory);
    exif_mem_unref(memory);
  }
  if (reading->data) {
    exif_data_unset_option(reading->data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
    exif_data_unset_option(reading->data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_set_option(reading->data, EXIF_DATA_OPTION_DONT_CHANGE_MAKER_NOTE);
    ExifLog *log = exif_log_new();
    if (log) {
      exif_log_set_func(log, count_complaint, reading);
      exif_data_log(reading->data, log);
      exif_log_unref(log);
    }
    exif_data_load_data(reading->data, copy, (unsigned int)(sizeof prefix + length));
  }
  free(copy);
  if (!reading->data) {
    free(reading);
    return NULL;
  }
  return reading;
}

void fexif_free(fexif_reading *reading) {
  if (!reading) return;
  exif_data_unref(reading->data);
  free(reading);
}

size_t fexif_count(const fexif_reading *reading) {
  size_t count = 0;
  for (int ifd = 0; ifd < EXIF_IFD_COUNT; ifd++) {
    if (reading->data->ifd[ifd]) count += reading->data->ifd[ifd]->count;
  }
  return count;
}

bool fexif_entry_at(const fexif_reading *reading, size_t index, fexif_entry *entry) {
  for (int ifd = 0; ifd < EXIF_IFD_COUNT; ifd++) {
    const ExifContent *content = reading->data->ifd[ifd];
    if (!content) continue;
    if (index >= content->count) {
      index -= content->count;
      continue;
    }
    const ExifEntry *found = content->entries[index];
    if (!found) return false;
    entry->ifd = (uint8_t)ifd;
    entry->tag = (uint16_t)found->tag;
    entry->format = (uint16_t)found->format;
    entry->components = (uint32_t)found->components;
    entry->data = found->data;
    entry->size = found->data ? found->size : 0;
    return true;
  }
  return false;
}

const uint8_t *fexif_thumbnail(const fexif_reading *reading, size_t *size) {
  *size = reading->data->data ? reading->data->size : 0;
  return reading->data->data;
}

size_t fexif_complaints(const fexif_reading *reading) { return reading->complaints; }

const char *fexif_tag_name(uint16_t tag, uint8_t ifd) {
  if (ifd >= EXIF_IFD_COUNT) return NULL;
  return exif_tag_get_name_in_ifd((ExifTag)tag, (ExifIfd)ifd);
}

size_t fexif_format(double value, char *text, size_t capacity) {
  int written = snprintf(text, capacity, "%.10g", value);
  if (written < 0 || capacity == 0) return 0;
  return (size_t)written < capacity ? (size_t)written : capacity - 1;
}
