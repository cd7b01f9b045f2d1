#define _GNU_SOURCE
#include "clinux_confine.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_die_with_parent(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -errno;
  /* The signal is not sent for a parent that ended before the call. */
  return getppid() == parent ? 0 : -ESRCH;
}

int clinux_give_up_privileges(void) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -errno;
  return 0;
}

int clinux_has_no_new_privileges(void) {
  int result = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
  return result < 0 ? -errno : result;
}

static int limit(int resource, uint64_t value) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0) return -errno;
  if (limit.rlim_max == RLIM_INFINITY || value < limit.rlim_max) limit.rlim_max = value;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(resource, &limit) != 0 ? -errno : 0;
}

int clinux_limit_resources(uint64_t data, uint64_t address_space, uint64_t descriptors) {
  int result = limit(RLIMIT_DATA, data);
  if (result == 0) result = limit(RLIMIT_AS, address_space);
  if (result == 0) result = limit(RLIMIT_NOFILE, descriptors);
  if (result == 0) result = limit(RLIMIT_FSIZE, 0);
  if (result == 0) result = limit(RLIMIT_CORE, 0);
  if (result == 0) result = limit(RLIMIT_NPROC, 0);
  return result;
}

int clinux_try_open(const char *path) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

int clinux_try_socket(void) {
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

int clinux_try_bind(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  int error = bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ? errno : 0;
  close(descriptor);
  return error;
}

int clinux_try_fork(void) {
  pid_t pid = fork();
  if (pid < 0) return errno;
  if (pid == 0) _exit(0);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
  }
  return 0;
}

int clinux_try_executable_memory(void) {
  void *page =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return errno;
  munmap(page, 4096);
  return 0;
}
