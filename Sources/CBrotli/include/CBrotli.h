/* Brotli's decoder (RFC 7932), for Swift. */
#ifndef CBROTLI_H
#define CBROTLI_H

#include <brotli/decode.h>

#endif
