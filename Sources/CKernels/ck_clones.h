/* Kernels compiled for several widths of vectors; the loader takes the widest that there is. */
#ifndef CK_CLONES_H
#define CK_CLONES_H

#if defined(__x86_64__)
#define CK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_CLONES
#endif

#endif
