#include "ck_points.h"
#include "ck_clones.h"

#include <math.h>
#include <stdlib.h>

/* The blur that the first octave begins with, and the smallest side of an octave. */
#define FIRST_BLUR 1.6f
#define SMALLEST 24
#define OCTAVES 12

CK_CLONES
void kp_double(const uint8_t *in, int width, int height, float *out) {
  enum { RUN = 256 };
  for (int y = 0; y < 2 * height; y++) {
    const int above = y / 2, below = above + 1 < height ? above + (y & 1) : above;
    const uint8_t *a = in + (size_t)above * width, *b = in + (size_t)below * width;
    for (int x = 0; x < width; x += RUN) {
      /* Means of the two rows, one more than are made wider. */
      float means[RUN + 1];
      const int count = width - x < RUN ? width - x : RUN, last = x + count < width ? count : count - 1;
      for (int i = 0; i <= last; i++) means[i] = 0.5f * (float)(a[x + i] + b[x + i]);
      if (last < count) means[count] = means[last];
      float *row = out + ((size_t)y * width + x) * 2;
      for (int i = 0; i < count; i++) {
        row[2 * i] = means[i];
        row[2 * i + 1] = 0.5f * (means[i] + means[i + 1]);
      }
    }
  }
}

/* Octaves of a picture, and floats that the levels which points are described on take. */
static int octaves(int width, int height, size_t *floats) {
  int count = 0;
  *floats = 0;
  while (count < OCTAVES && width >= SMALLEST && height >= SMALLEST) {
    *floats += CK_SIZES * ck_level(width, height);
    width /= 2;
    height /= 2;
    count++;
  }
  return count;
}

size_t kp_scratch(int width, int height) {
  size_t floats;
  octaves(width, height, &floats);
  return floats + ck_octave_scratch(width);
}

static int by_place(const void *a, const void *b) {
  const ck_candidate *p = a, *q = b;
  if (p->octave != q->octave) return p->octave - q->octave;
  if (p->level != q->level) return p->level - q->level;
  if (p->y != q->y) return p->y < q->y ? -1 : 1;
  return p->x < q->x ? -1 : p->x > q->x;
}

static int stronger(const void *a, const void *b) {
  const ck_candidate *p = a, *q = b;
  if (p->response != q->response) return p->response < q->response ? 1 : -1;
  return by_place(a, b);
}

size_t kp_detect(const float *picture, int width, int height, float own_blur, float contrast,
                 float *scratch, kp_point *points, int16_t *descriptors, size_t most) {
  size_t floats;
  const int count = octaves(width, height, &floats);
  if (count == 0 || most == 0) return 0;
  ck_candidates found = {malloc(4096 * sizeof(ck_candidate)), 0, 4096};
  if (!found.all) return 0;
  float *const spare = scratch + floats;
  float *levels[OCTAVES], *next = scratch;
  for (int o = 0; o < count; o++) {
    const int w = width >> o, h = height >> o;
    levels[o] = next;
    next += CK_SIZES * ck_level(w, h);
    if (o == 0) {
      const float more = FIRST_BLUR * FIRST_BLUR - own_blur * own_blur;
      ck_octave(picture, width, sqrtf(more > 0.01f ? more : 0.01f), w, h, o, contrast, spare,
                levels[o], &found);
    } else {
      const int before = width >> (o - 1);
      const float *last = levels[o - 1] + (CK_SIZES - 1) * ck_level(before, height >> (o - 1));
      ck_octave(last, before, 0, w, h, o, contrast, spare, levels[o], &found);
    }
  }
  qsort(found.all, found.count, sizeof *found.all, stronger);
  if (found.count > most) found.count = most;
  for (size_t i = 0; i < found.count; i++) found.all[i].rank = (int)i;
  /* Neighbours one after another: what they are described by is near at hand. */
  qsort(found.all, found.count, sizeof *found.all, by_place);
  ck_window window;
  ck_describe_window(&window);
  for (size_t i = 0; i < found.count; i++) {
    const ck_candidate c = found.all[i];
    const int across = width >> c.octave, down = height >> c.octave;
    const float *level = levels[c.octave] + (c.level - 1) * ck_level(across, down);
    const float angle = ck_direction(level, across, down, c.x, c.y, c.sigma);
    const float scale = (float)(1 << c.octave);
    points[c.rank] = (kp_point){c.x * scale, c.y * scale, c.sigma * scale, angle, c.response};
    ck_describe(level, across, down, c.x, c.y, c.sigma, angle, &window,
                descriptors + (size_t)c.rank * KP_VALUES);
  }
  free(found.all);
  return found.count;
}
