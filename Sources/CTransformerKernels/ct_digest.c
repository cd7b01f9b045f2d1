#include "CTransformerKernels.h"
#include "ct_math.h"

#define LANES 16

/* Sixteen multiplicative digests side by side, each over every sixteenth word, then one over
   them: memory's speed, and a change of any single word always shows. */
CT_CLONES uint64_t ct_digest(const void *bytes, size_t count) {
  const unsigned char *p = bytes;
  uint64_t lanes[LANES];
  for (size_t l = 0; l < LANES; l++) lanes[l] = 0x9E3779B97F4A7C15ull * (l + 1);
  const size_t step = LANES * 8, whole = count / step * step;
  for (size_t i = 0; i < whole; i += step)
    for (size_t l = 0; l < LANES; l++) {
      uint64_t word;
      memcpy(&word, p + i + l * 8, 8);
      const uint64_t mixed = (lanes[l] ^ word) * 0x9FB21C651E98DF25ull;
      lanes[l] = mixed ^ (mixed >> 29);
    }
  uint64_t digest = count;
  for (size_t l = 0; l < LANES; l++) digest = ((digest ^ lanes[l]) * 0x100000001B3ull) ^ (digest >> 31);
  for (size_t i = whole; i < count; i++) digest = (digest ^ p[i]) * 0x100000001B3ull;
  return digest ^ (digest >> 32);
}
