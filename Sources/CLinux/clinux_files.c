#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "clinux_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Anybody may set a time of any year: what does not fit becomes the nearest that does. */
static int64_t nanoseconds(const struct statx_timestamp *time) {
  int64_t sum;
  if (__builtin_mul_overflow(time->tv_sec, INT64_C(1000000000), &sum) ||
      __builtin_add_overflow(sum, (int64_t)time->tv_nsec, &sum))
    return time->tv_sec < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

int fcl_facts_at(int directory, const char *path, struct fcl_facts *facts) {
  struct statx data;
  int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH;
  if (statx(directory, path, flags, STATX_BASIC_STATS | STATX_BTIME, &data) != 0) return errno;
  facts->device = makedev(data.stx_dev_major, data.stx_dev_minor);
  facts->inode = data.stx_ino;
  facts->size = (int64_t)data.stx_size;
  facts->modified = nanoseconds(&data.stx_mtime);
  facts->changed = nanoseconds(&data.stx_ctime);
  facts->birth = (data.stx_mask & STATX_BTIME) ? nanoseconds(&data.stx_btime) : 0;
  facts->mode = data.stx_mode;
  facts->links = data.stx_nlink;
  return 0;
}

int fcl_rename_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0 ? 0 : errno;
}

int fcl_rename_new(int from_directory, const char *from, int to_directory, const char *to) {
  if (renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  /* A file system without RENAME_NOREPLACE (NFS, some FUSE): the best there is. */
  struct stat data;
  if (fstatat(to_directory, to, &data, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  if (errno != ENOENT) return errno;
  return renameat(from_directory, from, to_directory, to) == 0 ? 0 : errno;
}

int fcl_syncfs(int descriptor) { return syncfs(descriptor) == 0 ? 0 : errno; }

int fcl_clone(int to, int from) { return ioctl(to, FICLONE, from) == 0 ? 0 : errno; }

uint64_t fcl_file_system(int descriptor) {
  struct statfs data;
  if (fstatfs(descriptor, &data) != 0) return 0;
  return (uint64_t)(uint32_t)data.f_type;
}

void fcl_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int fcl_memory_file(const char *name) {
  int descriptor = memfd_create(name, MFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}

int fcl_open_beneath(int directory, const char *path) {
  struct open_how how = {
      .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
  };
  long descriptor;
  do {
    descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);
  } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
  return descriptor < 0 ? -errno : (int)descriptor;
}

int fcl_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? 0 : errno; }
