#include "CCurl.h"

#include <ctype.h>
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

typedef struct {
  cc_response *response;
  size_t capacity;
  size_t limit;
  bool overflow;
} sink;

static size_t take(char *data, size_t size, size_t count, void *context) {
  sink *target = context;
  size_t bytes = size * count;
  cc_response *response = target->response;
  if (bytes > target->limit - response->size) {
    target->overflow = true;
    return 0;
  }
  size_t needed = response->size + bytes;
  if (needed > target->capacity) {
    size_t capacity = target->capacity ? target->capacity : 1 << 16;
    while (capacity < needed) capacity *= 2;
    uint8_t *grown = realloc(response->bytes, capacity);
    if (!grown) return 0;
    response->bytes = grown;
    target->capacity = capacity;
  }
  memcpy(response->bytes + response->size, data, bytes);
  response->size = needed;
  return bytes;
}

static cc_result result_of(CURLcode code, bool overflow) {
  if (overflow) return cc_too_large;
  switch (code) {
    case CURLE_OK: return cc_done;
    case CURLE_OPERATION_TIMEDOUT: return cc_timed_out;
    case CURLE_TOO_MANY_REDIRECTS: return cc_too_many_redirects;
    case CURLE_FILESIZE_EXCEEDED: return cc_too_large;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT: return cc_unreachable;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT: return cc_bad_address;
    default: return cc_failed;
  }
}

void cc_perform(const cc_request *request, cc_response *response) {
  memset(response, 0, sizeof *response);
  pthread_once(&once, start);
  CURL *curl = curl_easy_init();
  if (!curl) {
    response->result = cc_failed;
    return;
  }
  sink target = {response, 0, request->maximum_size, false};
  struct curl_slist *headers = NULL;
  char message[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, request->user_agent);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, request->maximum_redirects > 0 ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, request->maximum_redirects);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout);
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->maximum_size);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &target);
  if (request->body) {
    headers = curl_slist_append(NULL, "Content-Type: application/json");
    // Otherwise libcurl waits for "100 Continue", which small servers never send.
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
  }
  CURLcode code = curl_easy_perform(curl);
  response->result = result_of(code, target.overflow);
  if (code != CURLE_OK) {
    strncpy(response->message, message[0] ? message : curl_easy_strerror(code),
            sizeof response->message - 1);
  }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_COUNT, &response->redirects);
  const char *type = NULL;
  curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
  for (size_t i = 0; type && type[i] && type[i] != ';' && i + 1 < sizeof response->content_type; i++)
    response->content_type[i] = (char)tolower((unsigned char)type[i]);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
}

void cc_free(cc_response *response) {
  free(response->bytes);
  response->bytes = NULL;
  response->size = 0;
}
