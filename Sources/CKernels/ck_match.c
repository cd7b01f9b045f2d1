#include "ck_keypoints.h"
#include "ck_clones.h"

#include <stdbool.h>
#include <string.h>

/* Where value k of a mirrored point's descriptor comes from. Rows run across the main direction.
 * Directions count from -pi: d is at d * pi / 4 - pi. */
static inline int mirrored_from(int k) {
  const int row = k / 32, column = k / 8 % 4, direction = k % 8;
  return 8 * (4 * (3 - row) + column) + ((8 - direction) & 7);
}

void kp_mirror(const int16_t *descriptors, size_t count, int16_t *mirrored) {
  for (size_t n = 0; n < count; n++)
    for (int k = 0; k < KP_VALUES; k++)
      mirrored[n * KP_VALUES + k] = descriptors[n * KP_VALUES + mirrored_from(k)];
}

/* Products are taken of so many descriptors with so many others at once, and blocks of rows are
 * gone through with one tile of others, which stays in the nearest cache. */
enum { ROWS = 4, BLOCK = 32, COLUMNS = 24 };

/* Others side by side, value by value. Whole numbers: their products are exact as floats. */
typedef struct {
  float values[KP_VALUES][COLUMNS];
} tile;

size_t kp_match_scratch(size_t count) {
  return (count + COLUMNS - 1) / COLUMNS * (sizeof(tile) / sizeof(float));
}

CK_CLONES
static void multiply(const float (*rows)[KP_VALUES], const tile *columns,
                     float (*out)[COLUMNS]) {
  float sums[ROWS][COLUMNS] = {{0}};
  for (int k = 0; k < KP_VALUES; k++)
    for (int r = 0; r < ROWS; r++)
      for (int c = 0; c < COLUMNS; c++) sums[r][c] += rows[r][k] * columns->values[k][c];
  memcpy(out, sums, sizeof sums);
}

/* Whether any product is more than the second best of either of its two points. */
CK_CLONES
static bool any_more(const float *products, float own, const float *others) {
  int any = 0;
  for (int c = 0; c < COLUMNS; c++) any |= (products[c] > own) | (products[c] > others[c]);
  return any;
}

typedef struct {
  const kp_point *points;
  float distance, apart;
  int32_t *best;
  float *product, *second;
} search;

static bool within(const kp_point *a, const kp_point *b, float distance) {
  const float dx = a->x - b->x, dy = a->y - b->y;
  return dx * dx + dy * dy < distance * distance;
}

/* Point `other` may be a better match for point `own`. */
static void offer(const search *s, size_t own, size_t other, float value) {
  if (value <= s->second[own]) return;
  const bool near = s->best[own] >= 0 &&
                    within(s->points + s->best[own], s->points + other, s->apart);
  if (value > s->product[own]) {
    if (!near) s->second[own] = s->product[own];
    s->product[own] = value;
    s->best[own] = (int32_t)other;
  } else if (!near) {
    s->second[own] = value;
  }
}

void kp_match(const kp_point *points, const int16_t *descriptors, size_t count, int mirrored,
              float distance, float apart, float *scratch, int32_t *best, float *product,
              float *second) {
  tile *tiles = (tile *)scratch;
  memset(tiles, 0, kp_match_scratch(count) * sizeof(float));
  for (size_t n = 0; n < count; n++)
    for (int k = 0; k < KP_VALUES; k++)
      tiles[n / COLUMNS].values[k][n % COLUMNS] =
          descriptors[n * KP_VALUES + (mirrored ? mirrored_from(k) : k)];
  for (size_t n = 0; n < count; n++) {
    best[n] = -1;
    product[n] = second[n] = 0;
  }
  const search s = {points, distance, apart, best, product, second};
  for (size_t start = 0; start < count; start += BLOCK) {
    float rows[BLOCK][KP_VALUES] = {{0}};
    for (size_t n = start; n < count && n < start + BLOCK; n++)
      for (int k = 0; k < KP_VALUES; k++) rows[n - start][k] = descriptors[n * KP_VALUES + k];
    /* The product with a mirrored descriptor is that of the mirrored one with the descriptor: half
     * of all pairs will do. Each point is offered the others in their order. */
    for (size_t left = start / COLUMNS * COLUMNS; left < count; left += COLUMNS) {
      float others[COLUMNS], products[ROWS][COLUMNS];
      const size_t right = left + COLUMNS < count ? left + COLUMNS : count;
      for (size_t i = start; i < count && i < start + BLOCK && i + 1 < right; i++) {
        if ((i - start) % ROWS == 0) multiply(rows + (i - start), tiles + left / COLUMNS, products);
        const float *own = products[(i - start) % ROWS];
        for (int c = 0; c < COLUMNS; c++) others[c] = left + c < count ? second[left + c] : 0;
        if (!any_more(own, second[i], others)) continue;
        for (size_t j = i < left ? left : i + 1; j < right; j++) {
          const float value = own[j - left];
          if (!(value > second[i] || value > second[j]) || within(points + i, points + j, distance))
            continue;
          offer(&s, i, j, value);
          offer(&s, j, i, value);
        }
      }
    }
  }
}
