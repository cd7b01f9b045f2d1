#include "ck_residual.h"
#include "ck_clones.h"

CK_CLONES void fk_binomial_residual(const uint8_t *rgb, size_t width, size_t height, float range,
                                 float *planes) {
  const float scale = 1 / (16 * range);
  for (size_t y = 0; y < height; y++) {
    const uint8_t *middle = rgb + y * width * 3;
    const uint8_t *above = y ? middle - width * 3 : middle;
    const uint8_t *below = y + 1 < height ? middle + width * 3 : middle;
    for (size_t c = 0; c < 3; c++) {
      float *out = planes + (c * height + y) * width;
      for (size_t x = 0; x < width; x++) {
        const size_t at = x * 3 + c;
        const size_t left = x ? at - 3 : at, right = x + 1 < width ? at + 3 : at;
        const int blurred = above[left] + 2 * above[at] + above[right] + 2 * middle[left]
            + 4 * middle[at] + 2 * middle[right] + below[left] + 2 * below[at] + below[right];
        const float value = (float)(16 * middle[at] - blurred) * scale;
        out[x] = value < -1 ? -1 : value > 1 ? 1 : value;
      }
    }
  }
}
