#define _GNU_SOURCE
#include "clinux_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Room for more descriptors than are wanted, so that surplus ones arrive and can be closed. */
enum { max_descriptors = 8, lowest_descriptor = 10 };

union control {
  struct cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int) * max_descriptors)];
};

ssize_t clinux_send_descriptor(int socket, const void *bytes, size_t length, int passed) {
  union control control;
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (passed >= 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  ssize_t count;
  do {
    count = sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -errno : count;
}

static void take_descriptors(struct cmsghdr *header, int *received) {
  size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  for (size_t index = 0; index < count; index++) {
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(header) + index * sizeof(int), sizeof descriptor);
    if (*received < 0) {
      *received = descriptor;
    } else {
      close(descriptor);
    }
  }
}

ssize_t clinux_receive_descriptor(int socket, void *bytes, size_t length, int *received) {
  union control control;
  struct iovec part = {.iov_base = bytes, .iov_len = length};
  struct msghdr message = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = control.bytes,
      .msg_controllen = sizeof control.bytes,
  };
  *received = -1;
  ssize_t count;
  do {
    count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return -errno;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
      take_descriptors(header, received);
    }
  }
  return count;
}

/* Moves both descriptors out of the way of the low numbers; closes both on failure. */
static int move_up(int pair[2]) {
  for (int index = 0; index < 2; index++) {
    if (pair[index] >= lowest_descriptor) continue;
    int moved = fcntl(pair[index], F_DUPFD_CLOEXEC, lowest_descriptor);
    if (moved < 0) {
      int error = errno;
      close(pair[0]);
      close(pair[1]);
      return -error;
    }
    close(pair[index]);
    pair[index] = moved;
  }
  return 0;
}

int clinux_socket_pair(int pair[2]) {
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
  return move_up(pair);
}

int clinux_pipe(int pipe_ends[2]) {
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return -errno;
  if (fcntl(pipe_ends[0], F_SETFL, O_NONBLOCK) != 0) {
    int error = errno;
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    return -error;
  }
  return move_up(pipe_ends);
}
