#define _GNU_SOURCE
#include "clinux_process.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static int add_descriptors(posix_spawn_file_actions_t *actions, int socket, int errors) {
  int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions, errors, 2);
  if (error == 0) error = posix_spawn_file_actions_adddup2(actions, socket, 3);
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(actions, 4);
  return error;
}

static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  int error = posix_spawnattr_setsigdefault(attributes, &all);
  if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = posix_spawnattr_setpgroup(attributes, 0);
  if (error == 0) {
    error = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  return error;
}

pid_t clinux_spawn(
    const char *path, char *const arguments[], char *const environment[], int socket, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return -error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -error;
  }
  pid_t pid = 0;
  error = add_descriptors(&actions, socket, errors);
  if (error == 0) error = set_attributes(&attributes);
  if (error == 0) error = posix_spawn(&pid, path, &actions, &attributes, arguments, environment);
  /* Dispatch gives its threads priorities of their own, which a child inherits: `nice` is meant for
   * the children too. Best effort: only root's could have come out higher. */
  if (error == 0) setpriority(PRIO_PROCESS, (id_t)pid, getpriority(PRIO_PROCESS, (id_t)getpid()));
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error != 0 ? -error : pid;
}

int64_t clinux_cpu_time(pid_t pid) {
  clockid_t clock;
  struct timespec time;
  int error = clock_getcpuclockid(pid, &clock);
  if (error != 0) return -error;
  if (clock_gettime(clock, &time) != 0) return -errno;
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int clinux_limit_cpu_time(pid_t pid, uint64_t seconds) {
  struct rlimit limit;
  if (prlimit(pid, RLIMIT_CPU, NULL, &limit) != 0) return -errno;
  limit.rlim_cur = seconds < limit.rlim_max ? seconds : limit.rlim_max;
  return prlimit(pid, RLIMIT_CPU, &limit, NULL) != 0 ? -errno : 0;
}

void clinux_keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20); /* the most that glibc takes */
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

void clinux_release_memory(void) { malloc_trim(0); }
