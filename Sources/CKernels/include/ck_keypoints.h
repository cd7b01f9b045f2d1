/* Points of a picture that look alike after turning and scaling (Lowe, "Distinctive image features
 * from scale-invariant keypoints", IJCV 60(2), 2004), and how like two places are. */
#ifndef CK_KEYPOINTS_H
#define CK_KEYPOINTS_H

#include <stddef.h>
#include <stdint.h>

#define KP_VALUES 128

/* Place and size (standard deviation of the blur) in pixels, angle in radians. */
typedef struct {
  float x, y, sigma, angle, response;
} kp_point;

/* Twice as wide and high, by linear interpolation. */
void kp_double(const uint8_t *in, int width, int height, float *out);

/* Memory for kp_detect, in floats. */
size_t kp_scratch(int width, int height);

/* The `most` strongest points of a picture whose own blur has the standard deviation `blur`, and
 * for each a descriptor of KP_VALUES numbers whose squares sum to about 2^20. Returns how many. */
size_t kp_detect(const float *picture, int width, int height, float blur, float contrast,
                 float *scratch, kp_point *points, int16_t *descriptors, size_t most);

/* Descriptors of the mirrored picture's points. */
void kp_mirror(const int16_t *descriptors, size_t count, int16_t *mirrored);

/* Memory for kp_arrange, in floats. */
size_t kp_tiles(size_t count);

/* Descriptors in the order that kp_match takes them in. */
void kp_arrange(const int16_t *descriptors, size_t count, float *tiles);

/* For each point the other at least `distance` away with the largest product of descriptors (with
 * `mirrored`, of its own with the other's mirrored one), that product, and the largest of those that
 * lie at least `apart` from it; -1 and 0 where there is none. */
void kp_match(const kp_point *points, const int16_t *descriptors, const float *tiles, size_t count,
              int mirrored, float distance, float apart, int32_t *best, int32_t *product,
              int32_t *second);

/* What a place has in common with the one that it is mapped to. */
typedef struct {
  /* Correlation about the means, -1 ... 1; -2 where either place leaves the picture. */
  float correlation;
  /* The smaller variance of the two, and the difference of their means. */
  float variance, difference;
  /* Of the detail (what a light blur takes away): sums of products. */
  float cross, own, other;
} kp_likeness;

/* Memory for kp_compare, in floats. */
static inline size_t kp_compare_scratch(int width, int height) {
  return 3 * (size_t)width * (size_t)height;
}

/* Squares of `side` pixels, one every `step` pixels, against those under the map
 * (x, y) -> (m0 x + m1 y + m2, m3 x + m4 y + m5). ((width - side) / step + 1) times
 * ((height - side) / step + 1) results, in rows. */
void kp_compare(const float *picture, int width, int height, const float *map, int side, int step,
                float *scratch, kp_likeness *out);

#endif
