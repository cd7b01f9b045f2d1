/* Numeric kernels: one header a topic. */
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ck_heads.h"
#include "ck_scale.h"
#include "ck_colour.h"
#include "ck_spectral.h"
#include "ck_features.h"
#include "ck_texture.h"
#include "ck_history.h"
#include "ck_traces.h"
#include "ck_phases.h"
#include "ck_residual.h"
#include "ck_keypoints.h"
#include "ck_watermark.h"

#endif
