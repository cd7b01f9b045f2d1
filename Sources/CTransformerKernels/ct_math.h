#ifndef CT_MATH_H
#define CT_MATH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The loader chooses before ThreadSanitizer has begun, which instruments what it chooses with. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CT_ONE_WIDTH
#endif
#endif
#ifdef CT_ONE_WIDTH
#define CT_CLONES
#else
#define CT_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#endif
#define CT_INLINE static inline __attribute__((always_inline))

CT_INLINE uint32_t ct_bits(float x) {
  uint32_t u;
  memcpy(&u, &x, 4);
  return u;
}
CT_INLINE float ct_float(uint32_t u) {
  float x;
  memcpy(&x, &u, 4);
  return x;
}

/* Adding 1.5 * 2^23 rounds to an integer, to nearest even, and leaves it in the low bits. */
#define CT_ROUND 12582912.0f

/* e^x, relative error below 2e-7 on [-87, 88]; smaller x give about 1e-38, larger about 1e38. */
CT_INLINE float ct_exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  const float shifted = x * 1.44269504f + CT_ROUND;
  const float k = shifted - CT_ROUND;
  const float f = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  float p = 1.0f / 5040;
  p = p * f + 1.0f / 720;
  p = p * f + 1.0f / 120;
  p = p * f + 1.0f / 24;
  p = p * f + 1.0f / 6;
  p = p * f + 0.5f;
  p = p * f + 1.0f;
  p = p * f + 1.0f;
  return p * ct_float((ct_bits(shifted) - ct_bits(CT_ROUND) + 127) << 23);
}

/* x Phi(x), the exact GELU. Phi(x) - 1/2 = x P(x^2) / Q(x^2) on |x| <= 5.6, a minimax fit of our
   own with error 1e-8 before rounding. */
CT_INLINE float ct_gelu(float x) {
  float z = x < -5.6f ? -5.6f : x;
  z = z > 5.6f ? 5.6f : z;
  const float u = z * z;
  float p = 2.214531e-08f;
  p = p * u + 6.35654033e-06f;
  p = p * u + 0.000173851252f;
  p = p * u + 0.00470726258f;
  p = p * u + 0.0343761524f;
  p = p * u + 0.398942222f;
  float q = 1.18021252e-06f;
  q = q * u + 7.51021166e-05f;
  q = q * u + 0.00191298108f;
  q = q * u + 0.0289401147f;
  q = q * u + 0.252833949f;
  q = q * u + 1.0f;
  return x * (0.5f + z * (p / q));
}

CT_INLINE float ct_silu(float x, float slope) { return x / (1.0f + ct_exp(-slope * x)); }

CT_INLINE uint16_t ct_to_bf16(float x) {
  const uint32_t u = ct_bits(x);
  return (uint16_t)((u + 0x7FFF + ((u >> 16) & 1)) >> 16);
}

#endif
