#include "ck_keypoints.h"
#include "ck_clones.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265f
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

/* A separable Gaussian; beyond the border stands the border's pixel. `line` holds a padded row. */
CK_CLONES
static void blur(const float *in, int width, int height, float sigma, float *between, float *line,
                 float *out) {
  enum { MOST = 24, RUN = 64 };
  float weights[MOST + 1];
  int radius = (int)ceilf(3 * sigma);
  if (radius > MOST) radius = MOST;
  float sum = 0;
  for (int t = 0; t <= radius; t++) {
    weights[t] = expf(-0.5f * (float)(t * t) / (sigma * sigma));
    sum += t == 0 ? weights[t] : 2 * weights[t];
  }
  for (int t = 0; t <= radius; t++) weights[t] /= sum;
  for (int y = 0; y < height; y++) {
    const float *row = in + (size_t)y * width;
    float *to = between + (size_t)y * width;
    for (int t = 0; t < radius; t++) {
      line[t] = row[0];
      line[radius + width + t] = row[width - 1];
    }
    memcpy(line + radius, row, (size_t)width * sizeof(float));
    memset(line + 2 * radius + width, 0, RUN * sizeof(float));
    /* In runs, so that a sum stays in registers over all its terms. */
    for (int x = 0; x < width; x += RUN) {
      const float *middle = line + radius + x;
      float sums[RUN];
      for (int i = 0; i < RUN; i++) sums[i] = weights[0] * middle[i];
      for (int t = 1; t <= radius; t++)
        for (int i = 0; i < RUN; i++) sums[i] += weights[t] * (middle[i - t] + middle[i + t]);
      memcpy(to + x, sums, (size_t)(width - x < RUN ? width - x : RUN) * sizeof(float));
    }
  }
  for (int y = 0; y < height; y++) {
    float *to = out + (size_t)y * width;
    const float *row = between + (size_t)y * width;
    const float *above[MOST + 1], *below[MOST + 1];
    for (int t = 1; t <= radius; t++) {
      above[t] = between + (size_t)(y - t < 0 ? 0 : y - t) * width;
      below[t] = between + (size_t)(y + t >= height ? height - 1 : y + t) * width;
    }
    int x = 0;
    for (; x + RUN <= width; x += RUN) {
      float sums[RUN];
      for (int i = 0; i < RUN; i++) sums[i] = weights[0] * row[x + i];
      for (int t = 1; t <= radius; t++)
        for (int i = 0; i < RUN; i++) sums[i] += weights[t] * (above[t][x + i] + below[t][x + i]);
      memcpy(to + x, sums, sizeof sums);
    }
    for (; x < width; x++) {
      to[x] = weights[0] * row[x];
      for (int t = 1; t <= radius; t++) to[x] += weights[t] * (above[t][x] + below[t][x]);
    }
  }
}

/* Octaves of a picture, and floats that all their levels take. */
static int octaves(int width, int height, size_t *floats) {
  int count = 0;
  *floats = 0;
  while (count < OCTAVES && width >= SMALLEST && height >= SMALLEST) {
    *floats += (size_t)LEVELS * width * height;
    width /= 2;
    height /= 2;
    count++;
  }
  return count;
}

size_t kp_scratch(int width, int height) {
  size_t floats;
  octaves(width, height, &floats);
  return floats + LEVELS * (size_t)width * height + (size_t)width + 128;
}

CK_CLONES
static void subtract(const float *more, const float *less, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = more[i] - less[i];
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

/* The angle of (x, y) within 0.005, in -pi ... pi. */
static inline float angle_of(float y, float x) {
  const float ax = fabsf(x), ay = fabsf(y);
  const float larger = ax > ay ? ax : ay, smaller = ax > ay ? ay : ax;
  if (larger == 0) return 0;
  const float q = smaller / larger, s = q * q;
  float r = ((-0.0464964749f * s + 0.15931422f) * s - 0.327622764f) * s * q + q;
  if (ay > ax) r = 0.5f * PI - r;
  if (x < 0) r = PI - r;
  return y < 0 ? -r : r;
}

/* The main direction of the gradient about a point of its octave. */
static float direction(const float *level, int width, int height, float x, float y, float sigma) {
  enum { BINS = 36 };
  float bins[BINS] = {0};
  const float spread = 1.5f * sigma;
  const int radius = (int)(3 * spread + 0.5f), cx = (int)(x + 0.5f), cy = (int)(y + 0.5f);
  for (int j = -radius; j <= radius; j++)
    for (int i = -radius; i <= radius; i++) {
      const int px = cx + i, py = cy + j;
      if (px < 1 || py < 1 || px >= width - 1 || py >= height - 1) continue;
      if (i * i + j * j > radius * radius) continue;
      const float *p = level + (size_t)py * width + px;
      const float gx = p[1] - p[-1], gy = p[width] - p[-width];
      const float weight = expf(-(float)(i * i + j * j) / (2 * spread * spread));
      int bin = (int)((angle_of(gy, gx) + PI) * (BINS / (2 * PI)));
      bins[bin >= BINS ? BINS - 1 : bin] += weight * sqrtf(gx * gx + gy * gy);
    }
  float smooth[BINS];
  for (int pass = 0; pass < 2; pass++) {
    for (int b = 0; b < BINS; b++)
      smooth[b] = 0.25f * (bins[(b + BINS - 1) % BINS] + bins[(b + 1) % BINS]) + 0.5f * bins[b];
    memcpy(bins, smooth, sizeof bins);
  }
  int top = 0;
  for (int b = 1; b < BINS; b++)
    if (bins[b] > bins[top]) top = b;
  const float before = bins[(top + BINS - 1) % BINS], after = bins[(top + 1) % BINS];
  const float bend = before + after - 2 * bins[top];
  const float shift = bend < 0 ? 0.5f * (before - after) / bend : 0;
  return ((float)top + 0.5f + shift) * (2 * PI / BINS) - PI;
}

/* 16 x 16 gradients on a turned grid, summed into 4 x 4 places of 8 directions. */
static void describe(const float *level, int width, int height, float x, float y, float sigma,
                     float angle, int16_t *out) {
  float bins[6][6][8] = {{{0}}};
  const float step = 0.75f * sigma, c = cosf(angle), s = sinf(angle);
  for (int j = 0; j < 16; j++)
    for (int i = 0; i < 16; i++) {
      const float u = (float)i - 7.5f, v = (float)j - 7.5f;
      const int px = (int)(x + step * (c * u - s * v) + 0.5f);
      const int py = (int)(y + step * (s * u + c * v) + 0.5f);
      if (px < 1 || py < 1 || px >= width - 1 || py >= height - 1) continue;
      const float *p = level + (size_t)py * width + px;
      const float gx = p[1] - p[-1], gy = p[width] - p[-width];
      const float along = c * gx + s * gy, across = c * gy - s * gx;
      const float size = sqrtf(gx * gx + gy * gy) * expf(-(u * u + v * v) / 128);
      const float turn = (angle_of(across, along) + PI) * (8 / (2 * PI));
      const int first = (int)turn & 7, next = (first + 1) & 7;
      const float part = turn - floorf(turn);
      /* Places lie every four samples, shared linearly with the neighbours. */
      const float gu = (float)i / 4 + 0.625f, gv = (float)j / 4 + 0.625f;
      const int bu = (int)gu, bv = (int)gv;
      const float fu = gu - (float)bu, fv = gv - (float)bv;
      for (int b = 0; b < 2; b++)
        for (int a = 0; a < 2; a++) {
          const float weight = size * (a ? fu : 1 - fu) * (b ? fv : 1 - fv);
          bins[bv + b][bu + a][first] += weight * (1 - part);
          bins[bv + b][bu + a][next] += weight * part;
        }
    }
  float values[KP_VALUES];
  for (int j = 0; j < 4; j++)
    for (int i = 0; i < 4; i++)
      memcpy(values + 8 * (4 * j + i), bins[j + 1][i + 1], 8 * sizeof(float));
  /* To length one, nothing above 0.2, to length one again. */
  for (int pass = 0; pass < 2; pass++) {
    float squares = 0;
    for (int k = 0; k < KP_VALUES; k++) squares += values[k] * values[k];
    const float scale = squares > 0 ? 1 / sqrtf(squares) : 0;
    for (int k = 0; k < KP_VALUES; k++) {
      values[k] *= scale;
      if (pass == 0 && values[k] > 0.2f) values[k] = 0.2f;
    }
  }
  for (int k = 0; k < KP_VALUES; k++) out[k] = (int16_t)(values[k] * 1024 + 0.5f);
}

size_t kp_detect(const float *picture, int width, int height, float own_blur, float contrast,
                 float *scratch, kp_point *points, int16_t *descriptors, size_t most) {
  size_t floats;
  const int count = octaves(width, height, &floats);
  if (count == 0 || most == 0) return 0;
  const size_t plane = (size_t)width * height;
  float *differences = scratch + floats, *between = differences + (LEVELS - 1) * plane;
  float *line = between + plane;
  size_t room = 4096, found = 0;
  candidate *candidates = malloc(room * sizeof *candidates);
  if (!candidates) return 0;
  float *levels[OCTAVES];
  float *next = scratch;
  int w = width, h = height;
  for (int o = 0; o < count; o++) {
    const size_t size = (size_t)w * h;
    float *base = levels[o] = next;
    next += LEVELS * size;
    if (o == 0) {
      const float more = FIRST_BLUR * FIRST_BLUR - own_blur * own_blur;
      blur(picture, w, h, sqrtf(more > 0.01f ? more : 0.01f), between, line, base);
    } else {
      const int before = width >> (o - 1);
      const float *from = levels[o - 1] + SIZES * (size_t)before * (height >> (o - 1));
      for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
          base[(size_t)y * w + x] = from[(size_t)2 * y * before + 2 * x];
    }
    for (int l = 1; l < LEVELS; l++) {
      const float before = FIRST_BLUR * powf(2, (float)(l - 1) / SIZES);
      const float step = before * sqrtf(powf(2, 2.0f / SIZES) - 1);
      blur(base + (l - 1) * size, w, h, step, between, line, base + l * size);
      subtract(base + l * size, base + (l - 1) * size, size, differences + (l - 1) * size);
    }
    for (int l = 1; l <= SIZES; l++) {
      const float *const planes[3] = {differences + (l - 1) * size, differences + l * size,
                                      differences + (l + 1) * size};
      /* The padded row is idle now. */
      uint8_t *marks = (uint8_t *)line;
      for (int y = BORDER; y < h - BORDER; y++) {
        mark(planes[1] + (size_t)y * w, w, 0.8f * contrast, marks);
        const uint8_t *const end = marks + w - BORDER;
        for (const uint8_t *one = marks + BORDER; (one = memchr(one, 1, (size_t)(end - one)));
             one++) {
          const int x = (int)(one - marks);
          const size_t at = (size_t)y * w + x;
          if (!is_extreme(planes, at, w)) continue;
          candidate c = {.octave = o, .level = l};
          if (!refine(planes, x, y, w, contrast, &c)) continue;
          c.sigma = FIRST_BLUR * powf(2, ((float)l + c.sigma) / SIZES);
          if (found == room) {
            candidate *larger = realloc(candidates, 2 * room * sizeof *candidates);
            if (!larger) break;
            candidates = larger;
            room *= 2;
          }
          candidates[found++] = c;
        }
      }
    }
    w /= 2;
    h /= 2;
  }
  qsort(candidates, found, sizeof *candidates, stronger);
  if (found > most) found = most;
  for (size_t i = 0; i < found; i++) {
    const candidate c = candidates[i];
    const int across = width >> c.octave, down = height >> c.octave;
    const float *level = levels[c.octave] + (size_t)c.level * across * down;
    const float angle = direction(level, across, down, c.x, c.y, c.sigma);
    const float scale = (float)(1 << c.octave);
    points[i] = (kp_point){c.x * scale, c.y * scale, c.sigma * scale, angle, c.response};
    describe(level, across, down, c.x, c.y, c.sigma, angle, descriptors + i * KP_VALUES);
  }
  free(candidates);
  return found;
}

void kp_mirror(const int16_t *descriptors, size_t count, int16_t *mirrored) {
  /* Rows run across the main direction. Directions count from -pi: k is at k * pi / 4 - pi. */
  for (size_t n = 0; n < count; n++)
    for (int j = 0; j < 4; j++)
      for (int i = 0; i < 4; i++)
        for (int k = 0; k < 8; k++)
          mirrored[n * KP_VALUES + (size_t)(8 * (4 * j + i) + k)] =
              descriptors[n * KP_VALUES + (size_t)(8 * (4 * (3 - j) + i) + ((8 - k) & 7))];
}

CK_CLONES
static int32_t product_of(const int16_t *restrict a, const int16_t *restrict b) {
  int32_t sum = 0;
  for (int k = 0; k < KP_VALUES; k++) sum += a[k] * b[k];
  return sum;
}

void kp_match(const kp_point *points, const int16_t *own, const int16_t *others, size_t count,
              float distance, float apart, int32_t *best, int32_t *product, int32_t *second) {
  for (size_t i = 0; i < count; i++) {
    best[i] = -1;
    product[i] = second[i] = 0;
    for (size_t j = 0; j < count; j++) {
      const float dx = points[i].x - points[j].x, dy = points[i].y - points[j].y;
      if (dx * dx + dy * dy < distance * distance) continue;
      const int32_t value = product_of(own + i * KP_VALUES, others + j * KP_VALUES);
      if (value <= second[i]) continue;
      bool near = false;
      if (best[i] >= 0) {
        const float ex = points[best[i]].x - points[j].x, ey = points[best[i]].y - points[j].y;
        near = ex * ex + ey * ey < apart * apart;
      }
      if (value > product[i]) {
        if (!near) second[i] = product[i];
        product[i] = value;
        best[i] = (int32_t)j;
      } else if (!near) {
        second[i] = value;
      }
    }
  }
}

CK_CLONES
static void measure(const float *a, const float *b, const float *da, const float *db, int width,
                    int side, kp_likeness *out) {
  float sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0, cross = 0, own = 0, other = 0;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      const size_t at = (size_t)y * width + x;
      const float p = a[at] - 128, q = b[at] - 128;
      sa += p;
      sb += q;
      saa += p * p;
      sbb += q * q;
      sab += p * q;
      cross += da[at] * db[at];
      own += da[at] * da[at];
      other += db[at] * db[at];
    }
  const float n = (float)(side * side), ma = sa / n, mb = sb / n;
  const float va = saa / n - ma * ma, vb = sbb / n - mb * mb;
  const float floor_a = va > 0.01f ? va : 0.01f, floor_b = vb > 0.01f ? vb : 0.01f;
  out->correlation = (sab / n - ma * mb) / sqrtf(floor_a * floor_b);
  out->variance = va < vb ? va : vb;
  out->difference = ma - mb;
  out->cross = cross;
  out->own = own;
  out->other = other;
}

/* The mapped picture by linear interpolation, -1 outside. */
static void warp(const float *in, int width, int height, const float *map, float *out) {
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      const float u = map[0] * (float)x + map[1] * (float)y + map[2];
      const float v = map[3] * (float)x + map[4] * (float)y + map[5];
      float value = -1;
      if (u >= 0 && v >= 0 && u < (float)(width - 1) && v < (float)(height - 1)) {
        const int i = (int)u, j = (int)v;
        const float fu = u - (float)i, fv = v - (float)j;
        const float *p = in + (size_t)j * width + i;
        value = (p[0] * (1 - fu) + p[1] * fu) * (1 - fv) +
                (p[width] * (1 - fu) + p[width + 1] * fu) * fv;
      }
      out[(size_t)y * width + x] = value;
    }
}

/* What the weights 1 2 1 both ways take away. */
CK_CLONES
static void detail(const float *in, int width, int height, float *out) {
  memset(out, 0, (size_t)width * height * sizeof(float));
  for (int y = 1; y < height - 1; y++) {
    const float *a = in + (size_t)(y - 1) * width, *b = a + width, *c = b + width;
    float *to = out + (size_t)y * width;
    for (int x = 1; x < width - 1; x++)
      to[x] = b[x] - 0.0625f * (a[x - 1] + a[x + 1] + c[x - 1] + c[x + 1] + 4 * b[x] +
                                2 * (a[x] + c[x] + b[x - 1] + b[x + 1]));
  }
}

void kp_compare(const float *picture, int width, int height, const float *map, int side, int step,
                float *scratch, kp_likeness *out) {
  const size_t plane = (size_t)width * height;
  float *mapped = scratch, *own = scratch + plane, *other = own + plane;
  warp(picture, width, height, map, mapped);
  detail(picture, width, height, own);
  detail(mapped, width, height, other);
  for (int y = 0; y + side <= height; y += step)
    for (int x = 0; x + side <= width; x += step, out++) {
      /* The corners decide: the map is affine. */
      const int last = side - 1;
      const size_t at = (size_t)y * width + x;
      const size_t corners[4] = {at, at + last, at + (size_t)last * width,
                                 at + (size_t)last * width + last};
      bool inside = true;
      for (int k = 0; k < 4; k++) inside = inside && mapped[corners[k]] >= 0;
      memset(out, 0, sizeof *out);
      out->correlation = -2;
      if (inside) measure(picture + at, mapped + at, own + at, other + at, width, side, out);
    }
}
