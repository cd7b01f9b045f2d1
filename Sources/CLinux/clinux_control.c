#define _GNU_SOURCE
#include "clinux_control.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

int clinux_peer_credentials(int socket, uid_t *user, gid_t *group, pid_t *process) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
  *user = credentials.uid;
  *group = credentials.gid;
  *process = credentials.pid;
  return 0;
}

int clinux_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

static void fill(sigset_t *set, const int *signals, int count) {
  sigemptyset(set);
  for (int index = 0; index < count; index++) sigaddset(set, signals[index]);
}

int clinux_block_signals(const int *signals, int count) {
  sigset_t set;
  fill(&set, signals, count);
  return pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int clinux_wait_signal(const int *signals, int count, int milliseconds) {
  sigset_t set;
  fill(&set, signals, count);
  struct timespec limit = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  int signal = sigtimedwait(&set, NULL, &limit);
  return signal > 0 ? signal : 0;
}
