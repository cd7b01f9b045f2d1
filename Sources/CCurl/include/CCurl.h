#ifndef CCURL_H
#define CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How a transfer ended.
typedef enum {
  cc_done,
  /// The name cannot be resolved, or nobody answers.
  cc_unreachable,
  cc_timed_out,
  /// More bytes than allowed.
  cc_too_large,
  cc_too_many_redirects,
  /// Not HTTP or HTTPS, or no address at all.
  cc_bad_address,
  /// Anything else: a broken answer, TLS, memory.
  cc_failed,
} cc_result;

typedef struct {
  const char *url;
  /// A body to POST as JSON; NULL for GET.
  const uint8_t *body;
  size_t body_size;
  /// Milliseconds, at least 1.
  long connect_timeout;
  long timeout;
  size_t maximum_size;
  long maximum_redirects;
  const char *user_agent;
} cc_request;

typedef struct {
  cc_result result;
  /// The last answer's status; 0 where none came.
  long status;
  long redirects;
  /// Allocated; freed by cc_free.
  uint8_t *bytes;
  size_t size;
  /// Without parameters, lower case; empty where none was sent.
  char content_type[96];
  /// libcurl's words for what went wrong; empty where nothing did.
  char message[256];
} cc_response;

/// One transfer over HTTP or HTTPS, blocking. Safe from any thread.
void cc_perform(const cc_request *request, cc_response *response);
void cc_free(cc_response *response);

#endif
