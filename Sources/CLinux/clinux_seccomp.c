/* The system calls left to an examiner once it is set up (seccomp(2), BPF of filter.h). */
#define _GNU_SOURCE
#include "clinux_confine.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#if defined(__x86_64__)

/* Computing, memory, time, and reading what was opened before or passed in. No clone: the child
 * has one thread, and its libraries are told so. */
static const int allowed[] = {
    SYS_read,           SYS_pread64,     SYS_fstat,         SYS_newfstatat,
    SYS_lseek,          SYS_close,       SYS_munmap,        SYS_mremap,
    SYS_brk,            SYS_madvise,     SYS_futex,         SYS_clock_gettime,
    SYS_gettimeofday,   SYS_getrandom,     SYS_sched_yield,
    SYS_sched_getaffinity, SYS_getpid,   SYS_gettid,        SYS_rt_sigreturn,
    SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_sigaltstack,  SYS_restart_syscall,
    SYS_poll,           SYS_ppoll,       SYS_exit,          SYS_exit_group,
};

/* Nothing that goes astray calls these by accident. */
static const int fatal[] = {
    SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
};

enum { capacity = 160, x32_bit = 0x40000000 };

struct program {
  struct sock_filter steps[capacity];
  unsigned short count;
};

static void add(struct program *program, struct sock_filter step) {
  if (program->count < capacity) program->steps[program->count++] = step;
}

#define STATEMENT(code, k) ((struct sock_filter)BPF_STMT((code), (k)))
#define JUMP(code, k, yes, no) ((struct sock_filter)BPF_JUMP((code), (k), (yes), (no)))

static void give(struct program *program, uint32_t verdict) {
  add(program, STATEMENT(BPF_RET | BPF_K, verdict));
}

static void load(struct program *program, size_t offset) {
  add(program, STATEMENT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* The low half of an argument: descriptors and protections have no other. */
static size_t argument(int index) {
  return offsetof(struct seccomp_data, args) + (size_t)index * sizeof(uint64_t);
}

static void for_call(struct program *program, int call, uint32_t verdict) {
  add(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1));
  give(program, verdict);
}

/* `call` is allowed while its argument number `index` has no bit of `mask`. */
static void without_bits(struct program *program, int call, int index, uint32_t mask) {
  add(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4));
  load(program, argument(index));
  add(program, JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1));
  give(program, SECCOMP_RET_ERRNO | EPERM);
  give(program, SECCOMP_RET_ALLOW);
}

/* `call` is allowed while its first argument is `first` or `second`. */
static void first_argument(struct program *program, int call, uint32_t first, uint32_t second) {
  add(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 5));
  load(program, argument(0));
  add(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, first, 2, 0));
  add(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 1, 0));
  give(program, SECCOMP_RET_ERRNO | EPERM);
  give(program, SECCOMP_RET_ALLOW);
}

static void build(struct program *program) {
  load(program, offsetof(struct seccomp_data, arch));
  add(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
  give(program, SECCOMP_RET_KILL_PROCESS);
  load(program, offsetof(struct seccomp_data, nr));
  add(program, JUMP(BPF_JMP | BPF_JGE | BPF_K, x32_bit, 0, 1));
  give(program, SECCOMP_RET_KILL_PROCESS);
  for (size_t index = 0; index < sizeof allowed / sizeof allowed[0]; index++) {
    for_call(program, allowed[index], SECCOMP_RET_ALLOW);
  }
  without_bits(program, SYS_mmap, 2, PROT_EXEC);
  without_bits(program, SYS_mprotect, 2, PROT_EXEC);
  first_argument(program, SYS_write, 2, 3);
  first_argument(program, SYS_writev, 2, 3);
  first_argument(program, SYS_recvmsg, 3, 3);
  first_argument(program, SYS_sendmsg, 3, 3);
  first_argument(program, SYS_sendto, 3, 3);
  /* How abort(3) ends this process; no other can be reached. */
  first_argument(program, SYS_tgkill, (uint32_t)getpid(), (uint32_t)getpid());
  for (size_t index = 0; index < sizeof fatal / sizeof fatal[0]; index++) {
    for_call(program, fatal[index], SECCOMP_RET_KILL_PROCESS);
  }
  give(program, SECCOMP_RET_ERRNO | EPERM);
}

int clinux_seccomp(void) {
  struct program program = {.count = 0};
  build(&program);
  if (program.count >= capacity) return -E2BIG;
  struct sock_fprog filter = {.len = program.count, .filter = program.steps};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) return -errno;
  return 0;
}

#else

int clinux_seccomp(void) { return -ENOSYS; }

#endif
