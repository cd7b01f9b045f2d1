#ifndef CKISSFFT_H
#define CKISSFFT_H

/* Power spectra of square real pictures through KissFFT (BSD-3-Clause), row by column. */

#include <stdint.h>

/* A plan for one side length; read-only after it was made, so threads may share it. */
typedef struct kf_plan kf_plan;

/* side: a power of two, 8…4096. NULL when memory is short or the side is not allowed. */
kf_plan *kf_plan_make(int side);
void kf_plan_free(kf_plan *plan);

/* |DFT|² of `picture` (side × side, row by row). `power` receives side/2 + 1 columns of side
   values each, column by column: power[u * side + v] belongs to the horizontal frequency u
   (0 … side/2) and the vertical frequency v (0 … side − 1, negative ones from side/2 + 1 on).
   Returns 0, or −1 when memory is short. */
int kf_power(const kf_plan *plan, const float *picture, float *power);

#endif
