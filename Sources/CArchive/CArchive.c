#define _GNU_SOURCE
#include "CArchive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { block = 1 << 16 };

struct ca_archive {
  struct archive *reader;
  int descriptor;
  int64_t position;
  int64_t length;
  char buffer[block];
};

static la_ssize_t read_block(struct archive *reader, void *data, const void **bytes) {
  struct ca_archive *archive = data;
  ssize_t count;
  do {
    count = pread(archive->descriptor, archive->buffer, block, archive->position);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    archive_set_error(reader, errno, "cannot be read");
    return -1;
  }
  archive->position += count;
  *bytes = archive->buffer;
  return count;
}

static la_int64_t skip(struct archive *reader, void *data, la_int64_t request) {
  struct ca_archive *archive = data;
  (void)reader;
  int64_t left = archive->length - archive->position;
  int64_t step = request < left ? request : left;
  if (step < 0) step = 0;
  archive->position += step;
  return step;
}

static la_int64_t seek(struct archive *reader, void *data, la_int64_t offset, int whence) {
  struct ca_archive *archive = data;
  int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? archive->position : archive->length;
  int64_t place;
  if (__builtin_add_overflow(base, offset, &place) || place < 0) {
    archive_set_error(reader, EINVAL, "points outside of itself");
    return ARCHIVE_FATAL;
  }
  archive->position = place;
  return place;
}

ca_archive *ca_open(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return NULL;
  struct ca_archive *archive = calloc(1, sizeof *archive);
  if (archive == NULL) return NULL;
  archive->descriptor = descriptor;
  archive->length = status.st_size;
  struct archive *reader = archive->reader = archive_read_new();
  if (reader == NULL) {
    free(archive);
    return NULL;
  }
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_format_tar(reader);
  archive_read_support_format_zip(reader);
  archive_read_set_read_callback(reader, read_block);
  archive_read_set_skip_callback(reader, skip);
  archive_read_set_seek_callback(reader, seek);
  archive_read_set_callback_data(reader, archive);
  if (archive_read_open1(reader) != ARCHIVE_OK) {
    ca_close(archive);
    return NULL;
  }
  return archive;
}

void ca_close(ca_archive *archive) {
  if (archive == NULL) return;
  archive_read_free(archive->reader);
  free(archive);
}

int ca_next(ca_archive *archive, ca_entry *entry) {
  struct archive_entry *found = NULL;
  int result;
  do {
    result = archive_read_next_header(archive->reader, &found);
  } while (result == ARCHIVE_RETRY);
  if (result == ARCHIVE_EOF) return 0;
  if (result < ARCHIVE_WARN || found == NULL) return -1;
  const char *name = archive_entry_pathname(found);
  if (name == NULL) name = archive_entry_pathname_utf8(found);
  if (name == NULL) name = "";
  entry->name = name;
  entry->name_length = strlen(name);
  entry->size = archive_entry_size_is_set(found) ? archive_entry_size(found) : -1;
  entry->modified = archive_entry_mtime_is_set(found) ? (int64_t)archive_entry_mtime(found) : 0;
  entry->is_regular =
      archive_entry_filetype(found) == AE_IFREG && archive_entry_hardlink(found) == NULL;
  entry->is_encrypted = archive_entry_is_encrypted(found);
  return 1;
}

ssize_t ca_read(ca_archive *archive, void *bytes, size_t length) {
  la_ssize_t count;
  do {
    count = archive_read_data(archive->reader, bytes, length);
  } while (count == ARCHIVE_RETRY);
  return count < 0 ? -1 : (ssize_t)count;
}

const char *ca_reason(ca_archive *archive) {
  const char *reason = archive_error_string(archive->reader);
  return reason != NULL ? reason : "it is damaged";
}
