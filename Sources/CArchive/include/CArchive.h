#ifndef CARCHIVE_H
#define CARCHIVE_H

/* A narrow door to libarchive (BSD-2-Clause): ZIP and TAR, the latter also compressed with gzip,
 * bzip2, xz or zstd, read from a descriptor with pread(2) alone. Nothing is ever written to disk,
 * and no program is started for a compression. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct ca_archive ca_archive;

typedef struct ca_entry {
  /* The name as stored, in no particular encoding; belongs to the archive until the next entry. */
  const char *name;
  size_t name_length;
  /* Bytes as the archive states them; -1 where it does not. */
  int64_t size;
  /* Seconds since 1970; 0 where the archive does not say. */
  int64_t modified;
  int is_regular;
  int is_encrypted;
} ca_entry;

/* NULL when there is no memory, or `descriptor` holds no archive. */
ca_archive *ca_open(int descriptor);
void ca_close(ca_archive *archive);

/* 1 with the next entry, 0 at the end, -1 when the archive cannot be read on. */
int ca_next(ca_archive *archive, ca_entry *entry);

/* Bytes of the current entry: the count, 0 at its end, -1 when it cannot be read. */
ssize_t ca_read(ca_archive *archive, void *bytes, size_t length);

/* What libarchive says of the last failure; never NULL. */
const char *ca_reason(ca_archive *archive);

#endif
