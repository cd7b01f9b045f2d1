/* Unix sockets: descriptors that travel in control messages, which Swift cannot write because the
 * CMSG_ interfaces are macros. Every function returns a negative errno value on
 * failure. */
#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Sends `length` bytes in one sendmsg(2), with `passed` attached when it is not negative. Never
 * raises SIGPIPE. Returns the count of bytes taken, which may be fewer than `length`; the
 * descriptor has then travelled with the first of them. */
ssize_t clinux_send_descriptor(int socket, const void *bytes, size_t length, int passed);

/* Receives up to `length` bytes in one recvmsg(2). `*received` becomes the descriptor that came
 * with them (close-on-exec), or -1. Surplus descriptors are closed. Returns the count of bytes, 0
 * at the end of the stream. */
ssize_t clinux_receive_descriptor(int socket, void *bytes, size_t length, int *received);

/* A pair of connected stream sockets, both close-on-exec and numbered 10 or higher, so that
 * neither can be one of the numbers that a child is given. Returns 0. */
int clinux_socket_pair(int pair[2]);

/* A pipe under the same rules; the reading end `pipe_ends[0]` does not block. Returns 0. */
int clinux_pipe(int pipe_ends[2]);

#endif
