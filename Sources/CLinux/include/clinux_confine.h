/* What a process gives up before it touches untrusted bytes, each step and the trial that shows
 * that it holds. Every function returns a negative errno value on failure, and none can be taken
 * back. */
#ifndef CLINUX_CONFINE_H
#define CLINUX_CONFINE_H

#include <stdint.h>
#include <sys/types.h>

/* Die by SIGKILL when the thread that started this process ends. -ESRCH when `parent` has gone
 * already, that is when getppid(2) is another. Returns 0. */
int clinux_die_with_parent(pid_t parent);

/* No privileges by execve(2), no core dump, no ptrace(2) by others of the same user. Returns 0. */
int clinux_give_up_privileges(void);

/* 1 when execve(2) can give no privileges, as the kernel says. */
int clinux_has_no_new_privileges(void);

/* The resource limits of an examiner: `data` bytes of private writable memory (RLIMIT_DATA), that
 * much again of address space beyond what is mapped now, no files written, no processes, no core,
 * `descriptors` open descriptors. Returns 0. */
int clinux_limit_resources(uint64_t data, uint64_t address_space, uint64_t descriptors);

/* Landlock: no path can be opened, no TCP port bound or connected to (ABI 4), no abstract socket
 * or process outside reached (ABI 6). Returns the ABI version in force, 0 where the kernel has no
 * Landlock. */
int clinux_landlock(void);

/* Landlock's ABI version as the kernel states it; 0 where it has none. */
int clinux_landlock_abi(void);

/* seccomp: from here on the process may compute, manage its memory, read the descriptors it has
 * and write to 2 and 3. Anything else fails with EPERM; starting a program or looking into another
 * process ends this one. -ENOSYS where the filter has not been written for this processor.
 * Returns 0. */
int clinux_seccomp(void);

/* The trials. Each attempts the forbidden thing and undoes it where it succeeds: 0 when it could
 * be done, the errno value (positive) when it could not. */
int clinux_try_open(const char *path);
int clinux_try_socket(void);
int clinux_try_bind(void);
int clinux_try_fork(void);
int clinux_try_executable_memory(void);

#endif
