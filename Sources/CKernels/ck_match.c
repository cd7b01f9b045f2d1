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
enum { ROWS = 4, BLOCK = 32, COLUMNS = 32 };

/* Others side by side, value by value. Whole numbers: their products are exact as floats. */
typedef struct {
  float values[KP_VALUES][COLUMNS];
} tile;

size_t kp_tiles(size_t count) {
  return (count + COLUMNS - 1) / COLUMNS * (sizeof(tile) / sizeof(float));
}

void kp_arrange(const int16_t *descriptors, size_t count, float *tiles) {
  tile *all = (tile *)tiles;
  for (size_t start = 0; start < count; start += COLUMNS, all++) {
    const int wide = count - start < COLUMNS ? (int)(count - start) : COLUMNS;
    if (wide < COLUMNS) memset(all, 0, sizeof *all);
    const int16_t *from = descriptors + start * KP_VALUES;
    for (int k = 0; k < KP_VALUES; k++)
      for (int c = 0; c < wide; c++) all->values[k][c] = from[c * KP_VALUES + k];
  }
}

/* Products of some descriptors with a tile of others; and for each of the former how much the most
 * surpassing one is beyond the second best of either of its two points. */
CK_CLONES
static void multiply(const float (*rows)[KP_VALUES], const tile *columns, const int32_t *own,
                     const int32_t *others, int32_t (*out)[COLUMNS], int32_t *beyond) {
  float sums[ROWS][COLUMNS] = {{0}};
  for (int k = 0; k < KP_VALUES; k++)
    for (int r = 0; r < ROWS; r++)
      for (int c = 0; c < COLUMNS; c++) sums[r][c] += rows[r][k] * columns->values[k][c];
  for (int r = 0; r < ROWS; r++) {
    int32_t most = 0;
    for (int c = 0; c < COLUMNS; c++) {
      const int32_t value = out[r][c] = (int32_t)sums[r][c];
      const int32_t more = value - (own[r] < others[c] ? own[r] : others[c]);
      most = more > most ? more : most;
    }
    beyond[r] = most;
  }
}

typedef struct {
  const kp_point *points;
  float distance, apart;
  int32_t *best, *product, *second;
} search;

static bool within(const kp_point *a, const kp_point *b, float distance) {
  const float dx = a->x - b->x, dy = a->y - b->y;
  return dx * dx + dy * dy < distance * distance;
}

/* Point `other` may be a better match for point `own`. */
static void offer(const search *s, size_t own, size_t other, int32_t value) {
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

void kp_match(const kp_point *points, const int16_t *descriptors, const float *tiles, size_t count,
              int mirrored, float distance, float apart, int32_t *best, int32_t *product,
              int32_t *second) {
  for (size_t n = 0; n < count; n++) {
    best[n] = -1;
    product[n] = second[n] = 0;
  }
  const search s = {points, distance, apart, best, product, second};
  for (size_t start = 0; start < count; start += BLOCK) {
    float rows[BLOCK][KP_VALUES] = {{0}};
    for (size_t n = start; n < count && n < start + BLOCK; n++)
      for (int k = 0; k < KP_VALUES; k++)
        rows[n - start][k] = descriptors[n * KP_VALUES + (mirrored ? mirrored_from(k) : k)];
    /* The product with a mirrored descriptor is that of the mirrored one with the descriptor: half
     * of all pairs will do. Each point is offered the others in their order. */
    for (size_t left = start / COLUMNS * COLUMNS; left < count; left += COLUMNS) {
      const tile *columns = (const tile *)tiles + left / COLUMNS;
      const size_t right = left + COLUMNS < count ? left + COLUMNS : count;
      for (size_t top = start; top < count && top < start + BLOCK && top + 1 < right; top += ROWS) {
        int32_t own[ROWS] = {0}, others[COLUMNS] = {0}, products[ROWS][COLUMNS], beyond[ROWS];
        const size_t end = top + ROWS < count ? top + ROWS : count;
        memcpy(own, second + top, (end - top) * sizeof *own);
        memcpy(others, second + left, (right - left) * sizeof *others);
        multiply(rows + (top - start), columns, own, others, products, beyond);
        for (size_t i = top; i < end; i++)
          for (size_t j = i < left ? left : i + 1; j < right && beyond[i - top] > 0; j++) {
            const int32_t value = products[i - top][j - left];
            if (!(value > second[i] || value > second[j]) ||
                within(points + i, points + j, distance))
              continue;
            offer(&s, i, j, value);
            offer(&s, j, i, value);
          }
      }
    }
  }
}
