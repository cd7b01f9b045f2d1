/* Pixel arithmetic that several decoders share. Not part of the module. */
#ifndef IC_PIXELS_H
#define IC_PIXELS_H

#include <stdint.h>

/* round(value / 255) for 0...65025. */
static inline uint8_t ic_divide_255(unsigned value) {
  value += 128;
  return (uint8_t)((value + (value >> 8)) >> 8);
}

/* Composites one row over white; returns how many pixels let the white through. */
static inline uint32_t ic_over_white(const uint8_t *restrict rgba, uint8_t *restrict rgb,
                                     uint32_t width) {
  uint32_t translucent = 0;
  for (uint32_t x = 0; x < width; x++) {
    const unsigned alpha = rgba[4 * x + 3];
    translucent += alpha != 255;
    for (int c = 0; c < 3; c++)
      rgb[3 * x + c] = ic_divide_255(rgba[4 * x + c] * alpha + 255 * (255 - alpha));
  }
  return translucent;
}

#endif
