// A narrow door to libexif: one call reads a TIFF block into entries with their raw bytes.
#ifndef FORENSICD_CEXIF_H
#define FORENSICD_CEXIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One entry as libexif holds it. The bytes belong to the reading and are in the byte order of
/// the block.
typedef struct fexif_entry {
  /// libexif's number of the IFD: 0 IFD0, 1 IFD1, 2 ExifIFD, 3 GPS, 4 InteropIFD.
  uint8_t ifd;
  uint16_t tag;
  /// TIFF field type, 1…12.
  uint16_t format;
  uint32_t components;
  const uint8_t *data;
  uint32_t size;
} fexif_entry;

typedef struct fexif_reading fexif_reading;

/// Reads a TIFF block (from its `II` or `MM` on, without `Exif\0\0`). libexif keeps unknown tags
/// and adds none; it logs nothing and may hold at most `memory_budget` bytes at a time.
/// NULL without memory. To be freed with `fexif_free` on the same thread.
fexif_reading *fexif_read(const uint8_t *tiff, size_t length, size_t memory_budget);

void fexif_free(fexif_reading *reading);

/// The number of entries over all IFDs.
size_t fexif_count(const fexif_reading *reading);

/// The entry at `index`, by IFD and then in file order; false past the end.
bool fexif_entry_at(const fexif_reading *reading, size_t index, fexif_entry *entry);

/// The embedded thumbnail's bytes; NULL without one.
const uint8_t *fexif_thumbnail(const fexif_reading *reading, size_t *size);

/// How often libexif complained of corrupt data or refused memory.
size_t fexif_complaints(const fexif_reading *reading);

/// The name of a tag in the standard, in one IFD (numbered as above); NULL where it has none.
const char *fexif_tag_name(uint16_t tag, uint8_t ifd);

/// Writes `value` with ten significant digits (`%.10g`), NUL-terminated.
/// The number of characters, fewer than `capacity`.
size_t fexif_format(double value, char *text, size_t capacity);

#endif
