/* Starting a child that holds nothing but what it is given, and watching over it. Every function
 * returns a negative errno value on failure. */
#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* Starts `path` with descriptors 0 and 1 on /dev/null, 2 on `errors`, 3 on `socket`, and no other;
 * in a process group of its own, with default signal dispositions and an empty mask. `errors` and
 * `socket` must be 10 or higher. Returns the process identifier. */
pid_t clinux_spawn(
    const char *path, char *const arguments[], char *const environment[], int socket, int errors);

/* CPU time a process has used, in nanoseconds; -errno when there is no such process. */
int64_t clinux_cpu_time(pid_t pid);

/* Sets the soft limit on a process's CPU time to `seconds` from its start, leaving the hard limit:
 * past it the kernel sends SIGXCPU. Returns 0. */
int clinux_limit_cpu_time(pid_t pid, uint64_t seconds);

/* Keeps freed memory for the next exhibit instead of giving it back and faulting it in again. */
void clinux_keep_memory(void);

/* Gives back what clinux_keep_memory kept. */
void clinux_release_memory(void);

#endif
