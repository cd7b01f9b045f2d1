#include "ck_points.h"
#include "ck_clones.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Lowe's constants: three sizes an octave, the first blur of an octave, the edge ratio. */
#define SIZES 3
#define LEVELS (SIZES + 3)
#define FIRST_BLUR 1.6f
#define EDGE 10.0f
#define BORDER 5
#define SMALLEST 24
#define OCTAVES 12

CK_CLONES
void kp_double(const uint8_t *in, int width, int height, float *out) {
  for (int y = 0; y < 2 * height; y++) {
    const int above = y / 2, below = above + 1 < height ? above + (y & 1) : above;
    const uint8_t *a = in + (size_t)above * width, *b = in + (size_t)below * width;
    float *row = out + (size_t)y * 2 * width;
    for (int x = 0; x < width; x++) {
      const int next = x + 1 < width ? x + 1 : x;
      const float here = 0.5f * (a[x] + b[x]);
      row[2 * x] = here;
      row[2 * x + 1] = 0.5f * (here + 0.5f * (a[next] + b[next]));
    }
  }
}

/* Octaves of a picture, and floats that the levels which points are described on take. */
static int octaves(int width, int height, size_t *floats) {
  int count = 0;
  *floats = 0;
  while (count < OCTAVES && width >= SMALLEST && height >= SMALLEST) {
    *floats += (size_t)SIZES * width * height;
    width /= 2;
    height /= 2;
    count++;
  }
  return count;
}

size_t kp_scratch(int width, int height) {
  size_t floats;
  octaves(width, height, &floats);
  return floats + 5 * (size_t)width * height + ck_blur_scratch(width);
}

/* Marks the pixels of a row that reach `least` and exceed their four neighbours: one in some tens,
 * so that the rest is looked at a few at a time only. */
CK_CLONES
static void mark(const float *row, int width, float least, uint8_t *marks) {
  const float *above = row - width, *below = row + width;
  for (int x = BORDER; x < width - BORDER; x++) {
    const float v = row[x], l = row[x - 1], r = row[x + 1], a = above[x], b = below[x];
    const int high = (v >= least) & (v > l) & (v > r) & (v > a) & (v > b);
    const int low = (v <= -least) & (v < l) & (v < r) & (v < a) & (v < b);
    marks[x] = (uint8_t)(high | low);
  }
}

/* Whether `at` is larger (or smaller) than its 26 neighbours; its octave's width is `width`. */
static inline bool is_extreme(const float *const planes[3], size_t at, int width) {
  /* Its own plane first, where most fail. */
  static const int order[3] = {1, 0, 2};
  const float value = planes[1][at];
  for (int k = 0; k < 3; k++)
    for (int dy = -1; dy <= 1; dy++) {
      const float *row = planes[order[k]] + at + (ptrdiff_t)dy * width;
      for (int dx = -1; dx <= 1; dx++) {
        if (k == 0 && dx == 0 && dy == 0) continue;
        if (value > 0 ? row[dx] >= value : row[dx] <= value) return false;
      }
    }
  return true;
}

typedef struct {
  float x, y, sigma, response;
  int octave, level;
} candidate;

static int stronger(const void *a, const void *b) {
  const candidate *p = a, *q = b;
  if (p->response != q->response) return p->response < q->response ? 1 : -1;
  if (p->octave != q->octave) return p->octave - q->octave;
  if (p->y != q->y) return p->y < q->y ? -1 : 1;
  return p->x < q->x ? -1 : p->x > q->x;
}

/* Fits a parabola along each axis and keeps what is strong and no edge. */
static bool refine(const float *const planes[3], int x, int y, int width, float contrast,
                   candidate *found) {
  const float *d = planes[1] + (size_t)y * width + x;
  const size_t at = (size_t)y * width + x;
  const float dx = 0.5f * (d[1] - d[-1]), dy = 0.5f * (d[width] - d[-width]);
  const float ds = 0.5f * (planes[2][at] - planes[0][at]);
  const float xx = d[1] + d[-1] - 2 * d[0], yy = d[width] + d[-width] - 2 * d[0];
  const float ss = planes[2][at] + planes[0][at] - 2 * d[0];
  const float xy = 0.25f * (d[width + 1] - d[width - 1] - d[-width + 1] + d[-width - 1]);
  const float determinant = xx * yy - xy * xy, trace = xx + yy;
  if (determinant <= 0 || trace * trace * EDGE >= (EDGE + 1) * (EDGE + 1) * determinant)
    return false;
  const float ox = -(yy * dx - xy * dy) / determinant, oy = -(xx * dy - xy * dx) / determinant;
  const float os = ss != 0 ? -ds / ss : 0;
  if (!(fabsf(ox) < 1 && fabsf(oy) < 1 && fabsf(os) < 1)) return false;
  const float value = d[0] + 0.5f * (dx * ox + dy * oy + ds * os);
  if (fabsf(value) < contrast) return false;
  found->x = (float)x + ox;
  found->y = (float)y + oy;
  found->sigma = os; /* the caller makes a size of it */
  found->response = fabsf(value);
  return true;
}

typedef struct {
  candidate *all;
  size_t count, room;
} candidates;

/* The extremes of the middle one of three differences. */
static void find(const float *const planes[3], int width, int height, int octave, int level,
                 float contrast, uint8_t *marks, candidates *found) {
  for (int y = BORDER; y < height - BORDER; y++) {
    mark(planes[1] + (size_t)y * width, width, 0.8f * contrast, marks);
    const uint8_t *const end = marks + width - BORDER;
    for (const uint8_t *one = marks + BORDER; (one = memchr(one, 1, (size_t)(end - one))); one++) {
      const int x = (int)(one - marks);
      if (!is_extreme(planes, (size_t)y * width + x, width)) continue;
      candidate c = {.octave = octave, .level = level};
      if (!refine(planes, x, y, width, contrast, &c)) continue;
      c.sigma = FIRST_BLUR * powf(2, ((float)level + c.sigma) / SIZES);
      if (found->count == found->room) {
        candidate *larger = realloc(found->all, 2 * found->room * sizeof *larger);
        if (!larger) return;
        found->all = larger;
        found->room *= 2;
      }
      found->all[found->count++] = c;
    }
  }
}

size_t kp_detect(const float *picture, int width, int height, float own_blur, float contrast,
                 float *scratch, kp_point *points, int16_t *descriptors, size_t most) {
  size_t floats;
  const int count = octaves(width, height, &floats);
  if (count == 0 || most == 0) return 0;
  candidates found = {malloc(4096 * sizeof(candidate)), 0, 4096};
  if (!found.all) return 0;
  const size_t plane = (size_t)width * height;
  /* Of the levels the first and the last but one are needed for a while only, of the last nothing
   * but what it differs by, and of the differences three at a time. */
  float *const first = scratch + floats, *const beyond = first + plane;
  float *const differences[3] = {beyond + plane, beyond + 2 * plane, beyond + 3 * plane};
  float *levels[OCTAVES], *next = scratch, *const spare = beyond + 4 * plane;
  int w = width, h = height;
  for (int o = 0; o < count; o++) {
    const size_t size = (size_t)w * h;
    levels[o] = next;
    next += SIZES * size;
    if (o == 0) {
      const float more = FIRST_BLUR * FIRST_BLUR - own_blur * own_blur;
      ck_blur(picture, w, h, sqrtf(more > 0.01f ? more : 0.01f), spare, first, NULL);
    } else {
      const int before = width >> (o - 1);
      const float *from = levels[o - 1] + (SIZES - 1) * (size_t)before * (height >> (o - 1));
      for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
          first[(size_t)y * w + x] = from[(size_t)2 * y * before + 2 * x];
    }
    for (int l = 1; l < LEVELS; l++) {
      const float before = FIRST_BLUR * powf(2, (float)(l - 1) / SIZES);
      const float step = before * sqrtf(powf(2, 2.0f / SIZES) - 1);
      const float *in = l == 1 ? first : l == LEVELS - 1 ? beyond : levels[o] + (l - 2) * size;
      float *out = l <= SIZES ? levels[o] + (l - 1) * size : l == SIZES + 1 ? beyond : NULL;
      ck_blur(in, w, h, step, spare, out, differences[(l - 1) % 3]);
      if (l < 3) continue;
      const float *const planes[3] = {differences[l % 3], differences[(l + 1) % 3],
                                      differences[(l + 2) % 3]};
      find(planes, w, h, o, l - 2, contrast, (uint8_t *)spare, &found);
    }
    w /= 2;
    h /= 2;
  }
  qsort(found.all, found.count, sizeof *found.all, stronger);
  if (found.count > most) found.count = most;
  ck_window window;
  ck_describe_window(&window);
  for (size_t i = 0; i < found.count; i++) {
    const candidate c = found.all[i];
    const int across = width >> c.octave, down = height >> c.octave;
    const float *level = levels[c.octave] + (size_t)(c.level - 1) * across * down;
    const float angle = ck_direction(level, across, down, c.x, c.y, c.sigma);
    const float scale = (float)(1 << c.octave);
    points[i] = (kp_point){c.x * scale, c.y * scale, c.sigma * scale, angle, c.response};
    ck_describe(level, across, down, c.x, c.y, c.sigma, angle, &window,
                descriptors + i * KP_VALUES);
  }
  free(found.all);
  return found.count;
}
