/* Shims over libjpeg-turbo, libpng, libwebp and zlib for Swift: errors that the libraries report by
 * longjmp or callback come back as values, and every buffer is the caller's. */
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include "ic_inflate.h"
#include "ic_jpeg.h"
#include "ic_outcome.h"
#include "ic_png.h"
#include "ic_webp.h"

#endif
