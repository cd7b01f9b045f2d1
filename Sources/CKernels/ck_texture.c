#include "ck_texture.h"
#include "ck_clones.h"
#include "ck_features.h"

#include <string.h>

#define N FK_SIDE

CK_CLONES
void fk_sign_codes(
    const int16_t *plane, const float *filters, int window, float threshold, uint32_t *counts) {
  const int width = N - window + 1;
  float rows[FK_WINDOW][N], response[N];
  uint8_t codes[N];
  for (int y = 0; y < width; y++) {
    for (int dy = 0; dy < window; dy++)
      for (int x = 0; x < N; x++) rows[dy][x] = plane[(y + dy) * N + x];
    memset(codes, 0, sizeof codes);
    for (int k = 0; k < 8; k++) {
      const float *filter = filters + k * window * window;
      memset(response, 0, sizeof response);
      for (int tap = 0; tap < window * window; tap++) {
        const float weight = filter[tap], *row = rows[tap / window] + tap % window;
        /* Of an order's filters all but two are 0. */
        if (weight == 0) continue;
        for (int x = 0; x < width; x++) response[x] += weight * row[x];
      }
      for (int x = 0; x < width; x++) codes[x] |= (uint8_t)((response[x] > threshold) << k);
    }
    for (int x = 0; x < width; x++) counts[codes[x]]++;
  }
}
