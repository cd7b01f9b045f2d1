/* What the parts of ck_keypoints.h share among themselves. */
#ifndef CK_POINTS_H
#define CK_POINTS_H

#include "ck_keypoints.h"

/* The widest blur, in pixels to each side. */
#define CK_BLUR_REACH 24

/* A separable Gaussian that takes the rows of a plane one after another and gives those of the
 * blurred one two by two, an odd last one alone; beyond the border stands the border's pixel. */
typedef struct {
  float weights[CK_BLUR_REACH + 1];
  int radius, width, height;
  /* Rows so far. */
  int taken, given;
  float *rows, *line;
} ck_blur;

/* Memory for a blur, in floats. */
size_t ck_blur_scratch(int width);
void ck_blur_start(ck_blur *blur, int width, int height, float sigma, float *scratch);
/* Only where none are ready. */
void ck_blur_take(ck_blur *blur, const float *row);
/* How many rows can be given now. */
int ck_blur_ready(const ck_blur *blur);
/* Two rows, of which the second is nothing where only one is ready. */
void ck_blur_give(ck_blur *blur, float *out);

/* Sizes of points an octave. */
#define CK_SIZES 3

/* A point of its octave, before it has a direction. */
typedef struct {
  float x, y, sigma, response;
  int octave, level;
  /* Its place among the strongest. */
  int rank;
} ck_candidate;

typedef struct {
  ck_candidate *all;
  size_t count, room;
} ck_candidates;

/* Floats that a level takes: blurs give two rows at a time, of an odd height one too many. */
static inline size_t ck_level(int width, int height) {
  return (size_t)width * (size_t)(height + height % 2);
}

/* Memory for ck_octave, in floats. */
size_t ck_octave_scratch(int width);

/* One octave of a picture: finds the points that reach `contrast` and leaves the CK_SIZES levels that
 * they lie on, one after another. The first octave blurs its `in` by `sigma`; the others, whose sigma is
 * 0, take every second pixel of every second row of the last level before, `in_width` wide. */
void ck_octave(const float *in, int in_width, float sigma, int width, int height, int number,
               float contrast, float *scratch, float *levels, ck_candidates *found);

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
