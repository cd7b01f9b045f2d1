/* Numeric kernels: one header a topic. */
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ck_scale.h"

#endif
