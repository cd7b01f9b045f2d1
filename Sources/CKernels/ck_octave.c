#include "ck_points.h"
#include "ck_clones.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Lowe's constants: the first blur of an octave, the edge ratio. */
#define FIRST_BLUR 1.6f
#define EDGE 10.0f
#define BORDER 5
/* Levels of an octave; and rows that are kept of what is needed for a while only, more than any two
 * blurs of an octave reach. */
enum { LEVELS = CK_SIZES + 3, ROWS = 32 };

/* Rows of a plane, or the last ROWS of them. */
typedef struct {
  float *at;
  int mask, width;
} rows;

static float *row_of(const rows *r, int y) { return r->at + (size_t)(y & r->mask) * r->width; }

typedef struct {
  int width, height, number;
  float contrast;
  /* The blur that makes each level, the levels, and what each but the last differs by from the
   * next. */
  ck_blur blurs[LEVELS];
  rows levels[LEVELS], differences[LEVELS - 1];
  /* Rows of each level so far; and the next row to be searched between three differences. */
  int known[LEVELS], next[LEVELS];
  uint8_t *marks;
  ck_candidates *found;
} octave;

CK_CLONES
static void subtract(const float *more, const float *less, int count, float *out) {
  for (int i = 0; i < count; i++) out[i] = more[i] - less[i];
}

/* Marks the pixels of a row that reach `least` and exceed their four neighbours: one in some tens,
 * so that the rest is looked at a few at a time only. */
CK_CLONES
static void mark(const float *above, const float *row, const float *below, int width, float least,
                 uint8_t *marks) {
  for (int x = BORDER; x < width - BORDER; x++) {
    const float v = row[x], l = row[x - 1], r = row[x + 1], a = above[x], b = below[x];
    const int high = (v >= least) & (v > l) & (v > r) & (v > a) & (v > b);
    const int low = (v <= -least) & (v < l) & (v < r) & (v < a) & (v < b);
    marks[x] = (uint8_t)(high | low);
  }
}

/* Three rows of each of three differences: above, at and below a place. */
typedef struct {
  const float *of[3][3];
} places;

/* Whether the place is larger (or smaller) than its 26 neighbours. */
static bool is_extreme(const places *p, int x) {
  /* Its own difference first, where most fail. */
  static const int order[3] = {1, 0, 2};
  const float value = p->of[1][1][x];
  for (int k = 0; k < 3; k++)
    for (int y = 0; y < 3; y++) {
      const float *row = p->of[order[k]][y] + x;
      for (int dx = -1; dx <= 1; dx++) {
        if (k == 0 && dx == 0 && y == 1) continue;
        if (value > 0 ? row[dx] >= value : row[dx] <= value) return false;
      }
    }
  return true;
}

/* Fits a parabola along each axis and keeps what is strong and no edge. */
static bool refine(const places *p, int x, int y, float contrast, ck_candidate *found) {
  const float *above = p->of[1][0] + x, *d = p->of[1][1] + x, *below = p->of[1][2] + x;
  const float finer = p->of[0][1][x], coarser = p->of[2][1][x];
  const float dx = 0.5f * (d[1] - d[-1]), dy = 0.5f * (below[0] - above[0]);
  const float ds = 0.5f * (coarser - finer);
  const float xx = d[1] + d[-1] - 2 * d[0], yy = below[0] + above[0] - 2 * d[0];
  const float ss = coarser + finer - 2 * d[0];
  const float xy = 0.25f * (below[1] - below[-1] - above[1] + above[-1]);
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
  found->sigma = FIRST_BLUR * powf(2, ((float)found->level + os) / CK_SIZES);
  found->response = fabsf(value);
  return true;
}

/* The extremes in a row of the difference at `level`. */
static void search(const octave *o, int level, int y) {
  places p;
  for (int k = 0; k < 3; k++)
    for (int dy = -1; dy <= 1; dy++)
      p.of[k][dy + 1] = row_of(&o->differences[level - 1 + k], y + dy);
  mark(p.of[1][0], p.of[1][1], p.of[1][2], o->width, 0.8f * o->contrast, o->marks);
  const uint8_t *const end = o->marks + o->width - BORDER;
  for (const uint8_t *one = o->marks + BORDER; (one = memchr(one, 1, (size_t)(end - one))); one++) {
    const int x = (int)(one - o->marks);
    ck_candidate c = {.octave = o->number, .level = level};
    if (!is_extreme(&p, x) || !refine(&p, x, y, o->contrast, &c)) continue;
    ck_candidates *found = o->found;
    if (found->count == found->room) {
      ck_candidate *larger = realloc(found->all, 2 * found->room * sizeof *larger);
      if (!larger) return;
      found->all = larger;
      found->room *= 2;
    }
    found->all[found->count++] = c;
  }
}

/* Two rows of a level, or one, are known: on with all that waits for them, while they are in the
 * nearest caches. */
static void go_on(octave *o, int level, int count) {
  const int first = o->known[level];
  o->known[level] += count;
  if (level > 0)
    for (int y = first; y < first + count; y++)
      subtract(row_of(&o->levels[level], y), row_of(&o->levels[level - 1], y), o->width,
               row_of(&o->differences[level - 1], y));
  if (level >= 3) {
    const int end = o->height - BORDER;
    int *next = &o->next[level - 2];
    for (; *next < end && *next + 1 < o->known[level]; ++*next) search(o, level - 2, *next);
  }
  if (level == LEVELS - 1) return;
  ck_blur *blur = &o->blurs[level + 1];
  for (int y = first; y < first + count; y++) {
    ck_blur_take(blur, row_of(&o->levels[level], y));
    for (int ready; (ready = ck_blur_ready(blur)) > 0;) {
      ck_blur_give(blur, row_of(&o->levels[level + 1], blur->given));
      go_on(o, level + 1, ready);
    }
  }
}

size_t ck_octave_scratch(int width) {
  const size_t kept = LEVELS - CK_SIZES + LEVELS - 1;
  return kept * ROWS * width + LEVELS * ck_blur_scratch(width) + (size_t)width;
}

void ck_octave(const float *in, int in_width, float sigma, int width, int height, int number,
               float contrast, float *scratch, float *levels, ck_candidates *found) {
  octave o = {.width = width, .height = height, .number = number, .contrast = contrast,
              .found = found};
  for (int l = 0; l < LEVELS; l++) {
    const bool is_kept = l >= 1 && l <= CK_SIZES;
    o.levels[l] = (rows){is_kept ? levels + (l - 1) * ck_level(width, height) : scratch,
                         is_kept ? -1 : ROWS - 1, width};
    if (!is_kept) scratch += (size_t)ROWS * width;
    if (l > 0) {
      o.differences[l - 1] = (rows){scratch, ROWS - 1, width};
      scratch += (size_t)ROWS * width;
    }
    const float before = FIRST_BLUR * powf(2, (float)(l - 1) / CK_SIZES);
    const float step = l == 0 ? sigma : before * sqrtf(powf(2, 2.0f / CK_SIZES) - 1);
    ck_blur_start(&o.blurs[l], width, height, step, scratch);
    scratch += ck_blur_scratch(width);
    o.next[l] = BORDER;
  }
  o.marks = (uint8_t *)scratch;
  for (int y = 0; y < height; y++) {
    if (sigma > 0) {
      ck_blur_take(&o.blurs[0], in + (size_t)y * in_width);
      for (int ready; (ready = ck_blur_ready(&o.blurs[0])) > 0;) {
        ck_blur_give(&o.blurs[0], row_of(&o.levels[0], o.blurs[0].given));
        go_on(&o, 0, ready);
      }
    } else {
      float *row = row_of(&o.levels[0], y);
      for (int x = 0; x < width; x++) row[x] = in[(size_t)2 * y * in_width + 2 * x];
      go_on(&o, 0, 1);
    }
  }
}
