/* Linux kernel interfaces that Glibc's module hides or wraps in macros: one header a topic. */
#ifndef CLINUX_H
#define CLINUX_H

#include "clinux_confine.h"
#include "clinux_control.h"
#include "clinux_files.h"
#include "clinux_process.h"
#include "clinux_sockets.h"

#endif
