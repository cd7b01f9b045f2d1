#ifndef CLINUX_CONTROL_H
#define CLINUX_CONTROL_H

#include <sys/types.h>

/* The user, group and process at the other end of a connected Unix socket (unix(7),
   SO_PEERCRED, which Glibc shows only under _GNU_SOURCE). Returns 0, or -1 with errno set. */
int clinux_peer_credentials(int socket, uid_t *user, gid_t *group, pid_t *process);

/* accept4(2) with SOCK_CLOEXEC; the peer's address is not wanted. */
int clinux_accept(int listener);

/* Blocks the given signals in the calling thread and in those it will start. Returns 0, or an
   error number. */
int clinux_block_signals(const int *signals, int count);

/* Waits for one of the given blocked signals and returns its number, or 0 after `milliseconds`
   without one. */
int clinux_wait_signal(const int *signals, int count, int milliseconds);

#endif
