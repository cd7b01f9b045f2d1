/* Preloaded into forensicd by faults.py: while the file $FAULT_SWITCH is there, every $FAULT_EVERY-th
 * call of the kind $FAULT_CALL below the folder $FAULT_FOLDER fails with the error $FAULT_ERROR; an
 * error of 0 makes writes short instead. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_uint calls;

static int below(int descriptor, const char *folder) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

/* Whether this call is to fail; sets errno. */
static int fails(const char *call, int descriptor) {
  const char *wanted = getenv("FAULT_CALL"), *off = getenv("FAULT_SWITCH");
  const char *folder = getenv("FAULT_FOLDER"), *every = getenv("FAULT_EVERY");
  const char *error = getenv("FAULT_ERROR");
  if (!wanted || !off || !folder || !every || !error || strcmp(wanted, call)) return 0;
  const int before = errno;
  if (access(off, F_OK) != 0 || (descriptor >= 0 && !below(descriptor, folder))) {
    errno = before;
    return 0;
  }
  errno = before;
  if (atomic_fetch_add(&calls, 1) % (unsigned)atoi(every)) return 0;
  errno = atoi(error);
  return 1;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  if (!fails("write", fd)) return real(fd, bytes, count);
  return errno ? -1 : real(fd, bytes, count > 1 ? count / 2 : count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  REAL(pwrite);
  if (!fails("write", fd)) return real(fd, bytes, count, at);
  return errno ? -1 : real(fd, bytes, count > 1 ? count / 2 : count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return pwrite(fd, bytes, count, at);
}

ssize_t pread(int fd, void *bytes, size_t count, off_t at) {
  REAL(pread);
  return fails("read", fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t read(int fd, void *bytes, size_t count) {
  REAL(read);
  return fails("read", fd) ? -1 : real(fd, bytes, count);
}

int fsync(int fd) {
  REAL(fsync);
  return fails("fsync", fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  return fails("fsync", fd) ? -1 : real(fd);
}

int syncfs(int fd) {
  REAL(syncfs);
  return fails("fsync", fd) ? -1 : real(fd);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  REAL(renameat2);
  return fails("rename", -1) ? -1 : real(from, old, to, new, flags);
}

int renameat(int from, const char *old, int to, const char *new) {
  REAL(renameat);
  return fails("rename", -1) ? -1 : real(from, old, to, new);
}

int rename(const char *old, const char *new) {
  REAL(rename);
  return fails("rename", -1) ? -1 : real(old, new);
}
