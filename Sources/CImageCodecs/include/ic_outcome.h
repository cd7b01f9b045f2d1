#ifndef IC_OUTCOME_H
#define IC_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a decoder or encoder stopped. */
typedef enum {
  IC_DONE = 0,
  /* The data are wrong or end early. Rows written so far stand. */
  IC_BROKEN = 1,
  /* The library wanted more memory than allowed. */
  IC_MEMORY = 2,
  /* More scans than allowed. */
  IC_SCANS = 3,
  /* The header that the library read is not the header that was checked. */
  IC_MISMATCH = 4,
} ic_status;

/* What came of one call. */
typedef struct {
  ic_status status;
  /* Complaints of the library that did not stop it. */
  uint32_t warnings;
  /* The data ended before the picture did. */
  bool truncated;
  /* Rows of `out` that hold something of the picture, perhaps coarse. */
  uint32_t rows;
  /* Rows that were read before the first complaint. */
  uint32_t sound_rows;
  /* Pixels that are not fully opaque. */
  uint64_t translucent;
  /* Bytes of the input that were read; 0 when unknown. */
  size_t consumed;
  /* The first complaint or the error, NUL-terminated. */
  char message[200];
} ic_outcome;

/* The message of an outcome, for Swift, which sees fixed arrays as tuples. */
static inline const char *ic_outcome_message(const ic_outcome *outcome) {
  return outcome->message;
}

#endif
