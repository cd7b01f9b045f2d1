#include "ck_keypoints.h"
#include "ck_clones.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

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
