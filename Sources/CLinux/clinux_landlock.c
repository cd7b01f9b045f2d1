/* Landlock (Documentation/userspace-api/landlock.rst). The constants are our own because the
 * headers of Debian 12 stop at ABI 2; the kernel's answer decides which of them are used. */
#define _GNU_SOURCE
#include "clinux_confine.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
  sys_create_ruleset = 444, /* one number on every architecture */
  sys_restrict_self = 446,
  create_ruleset_version = 1,
};

/* struct landlock_ruleset_attr of ABI 6. */
struct ruleset {
  uint64_t file_system;
  uint64_t network;
  uint64_t scoped;
};

/* How many of the file-system rights an ABI version knows: execute, write, read, read directory,
 * two kinds of removal and seven of making (1); refer (2); truncate (3); device ioctl (5). */
static uint64_t file_system_rights(int abi) {
  int count = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  return (UINT64_C(1) << count) - 1;
}

int clinux_landlock_abi(void) {
  long abi = syscall(sys_create_ruleset, NULL, 0, create_ruleset_version);
  return abi > 0 ? (int)abi : 0;
}

int clinux_landlock(void) {
  int abi = clinux_landlock_abi();
  if (abi == 0) return 0;
  struct ruleset ruleset;
  memset(&ruleset, 0, sizeof ruleset);
  ruleset.file_system = file_system_rights(abi);
  size_t size = offsetof(struct ruleset, network);
  if (abi >= 4) {
    ruleset.network = 3; /* bind and connect TCP */
    size = offsetof(struct ruleset, scoped);
  }
  if (abi >= 6) {
    ruleset.scoped = 3; /* abstract Unix sockets, signals */
    size = sizeof ruleset;
  }
  long descriptor = syscall(sys_create_ruleset, &ruleset, size, 0);
  if (descriptor < 0) return -errno;
  long result = syscall(sys_restrict_self, (int)descriptor, 0);
  int error = errno;
  close((int)descriptor);
  return result != 0 ? -error : abi;
}
