#ifndef CK_FEATURES_H
#define CK_FEATURES_H

/* Residuals, co-occurrences and block transforms of 256 × 256 views (SignalAnalysis). All planes
   are FK_SIDE × FK_SIDE samples, row by row. Integer arithmetic wherever a result is counted, so
   that every processor gives the same bits. */

#include <stdint.h>

#define FK_SIDE 256
/* Residuals are defined this far from the border; nearer they are 0 and never counted. */
#define FK_MARGIN 3
/* Five levels, four in a row. */
#define FK_COOCCURRENCES 625

/* JFIF (ITU-T T.871) luma and chroma of interleaved RGB, rounded, chroma centred on 128; and the
   differences R − G and B − G. `planes` receives 5 planes: Y, Cb, Cr, R − G, B − G. */
void fk_colour_planes(const uint8_t *rgb, int16_t *planes);

/* High-pass residuals of the spatial rich model (Fridrich & Kodovský 2012). */
enum fk_kernel {
  FK_FIRST = 0,   /* x[1] − x[0] */
  FK_SECOND = 1,  /* x[−1] − 2 x[0] + x[1] */
  FK_THIRD = 2,   /* x[−1] − 3 x[0] + 3 x[1] − x[2] */
  FK_SQUARE3 = 3, /* 3 × 3 "KB": 2 (edges) − corners − 4 centre */
  FK_SQUARE5 = 4, /* 5 × 5 "KV", centre −12 */
  FK_LAPLACE = 5, /* the four neighbours − 4 centre */
  FK_MIXED = 6,   /* second mixed difference over a 2 × 2 square */
  FK_SKIP = 7,    /* x[2] − x[0] */
  FK_KERNELS = 8
};

/* down: 0 runs the kernel along rows, 1 along columns (no matter for FK_SQUARE3 … FK_MIXED). */
void fk_residual(const int16_t *plane, int kernel, int down, int16_t *residual);

/* Levels 0…4 of a residual r: 2 + [r > t1] + [r > t2] − [r < −t1] − [r < −t2], 0 ≤ t1 < t2. */
void fk_levels(
    const int16_t *plane, int kernel, int down, int t1, int t2, uint8_t *levels);

/* The sums of a plane's samples and of their squares. */
void fk_plane_sums(const int16_t *plane, int64_t *sum, int64_t *squares);

/* Adds to counts[((a·5 + b)·5 + c)·5 + d] for every four neighbours a b c d along rows (down 0)
   or columns (down 1) that lie within the margin. */
void fk_cooccurrences(const uint8_t *levels, int down, uint32_t *counts);

/* Adds to counts[((a·5 + b)·5 + c)·5 + d]: a, b two neighbours (along rows or columns) of the
   first plane, c and d the levels of the other two at the place of a. */
void fk_cross_cooccurrences(
    const uint8_t *first, const uint8_t *second, const uint8_t *third, int down,
    uint32_t *counts);

#endif
