/* Kernels compiled for several widths of vectors; the loader takes the widest that there is. */
#ifndef CK_CLONES_H
#define CK_CLONES_H

/* The loader chooses before ThreadSanitizer has begun, which instruments what it chooses with. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CK_ONE_WIDTH
#endif
#endif
#if defined(__x86_64__) && !defined(CK_ONE_WIDTH)
#define CK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_CLONES
#endif

#endif
