/* What the parts of ck_keypoints.h share among themselves. */
#ifndef CK_POINTS_H
#define CK_POINTS_H

#include "ck_keypoints.h"

/* The widest blur that ck_blur does, in pixels to each side. */
#define CK_BLUR_REACH 24

/* Memory for ck_blur, in floats. */
size_t ck_blur_scratch(int width);

/* A separable Gaussian; beyond the border stands the border's pixel. `difference` becomes what the
 * blur adds, out - in. Either may be NULL. */
void ck_blur(const float *in, int width, int height, float sigma, float *scratch, float *out,
             float *difference);

/* The weights of a descriptor's 16 x 16 samples. */
typedef struct {
  float of[256];
} ck_window;

void ck_describe_window(ck_window *window);

/* The main direction of the gradient about a point of its octave, and the descriptor. The octave's
 * sides are at least 8; sigma is at most CK_MOST_SIGMA. */
#define CK_MOST_SIGMA 4.1f
float ck_direction(const float *level, int width, int height, float x, float y, float sigma);
void ck_describe(const float *level, int width, int height, float x, float y, float sigma,
                 float angle, const ck_window *window, int16_t *out);

#endif
