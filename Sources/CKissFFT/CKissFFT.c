#include "CKissFFT.h"

#include <stdlib.h>

#define KISS_FFT_SHARED
#define kiss_fft_scalar float
#include <kissfft/kiss_fft.h>

struct kf_plan {
  int side;
  kiss_fft_cfg line;
};

kf_plan *kf_plan_make(int side) {
  /* Powers of two only: KissFFT's other butterflies allocate while they run. */
  if (side < 8 || side > 4096 || (side & (side - 1)) != 0) return NULL;
  kf_plan *plan = calloc(1, sizeof *plan);
  if (plan == NULL) return NULL;
  plan->side = side;
  plan->line = kiss_fft_alloc(side, 0, NULL, NULL);
  if (plan->line == NULL) {
    free(plan);
    return NULL;
  }
  return plan;
}

void kf_plan_free(kf_plan *plan) {
  if (plan == NULL) return;
  kiss_fft_free(plan->line);
  free(plan);
}

int kf_power(const kf_plan *plan, const float *picture, float *power) {
  int side = plan->side, half = side / 2 + 1;
  /* Two real rows are the real and imaginary parts of one complex line; the symmetry of their
     spectra parts them again. (kiss_fftr writes into its plan, which threads could not share.) */
  kiss_fft_cpx *spectrum = malloc(sizeof *spectrum * (size_t)half * (size_t)side);
  kiss_fft_cpx *line = malloc(sizeof *line * 2 * (size_t)side);
  if (spectrum == NULL || line == NULL) {
    free(spectrum);
    free(line);
    return -1;
  }
  kiss_fft_cpx *out = line + side;
  for (int y = 0; y < side; y += 2) {
    const float *first = picture + (size_t)y * side, *second = first + side;
    for (int x = 0; x < side; x++) {
      line[x].r = first[x];
      line[x].i = second[x];
    }
    kiss_fft(plan->line, line, out);
    for (int u = 0; u < half; u++) {
      kiss_fft_cpx a = out[u], b = out[(side - u) % side];
      kiss_fft_cpx *column = spectrum + (size_t)u * side + y;
      column[0].r = 0.5f * (a.r + b.r);
      column[0].i = 0.5f * (a.i - b.i);
      column[1].r = 0.5f * (a.i + b.i);
      column[1].i = 0.5f * (b.r - a.r);
    }
  }
  for (int u = 0; u < half; u++) {
    kiss_fft(plan->line, spectrum + (size_t)u * side, out);
    float *column = power + (size_t)u * side;
    for (int v = 0; v < side; v++) column[v] = out[v].r * out[v].r + out[v].i * out[v].i;
  }
  free(line);
  free(spectrum);
  return 0;
}
