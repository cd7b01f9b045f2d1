/* File interfaces that Glibc's Swift overlay hides: statx(2), renameat2(2), syncfs(2), FICLONE. */
#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

#include <stdint.h>

/* What one statx(2) call tells of a file; times in nanoseconds since 1970, 0 where unknown. They
   reach from 1677 to 2262; what lies outside is told as the nearest time within. */
struct fcl_facts {
  uint64_t device;
  uint64_t inode;
  int64_t size;
  int64_t modified;
  int64_t changed;
  /* When the inode was made; 0 where the file system does not say. */
  int64_t birth;
  uint32_t mode;
  uint32_t links;
};

/* Facts of `path` below `directory`, symbolic links not followed; with an empty path, of the
   descriptor itself. 0, or an errno. */
int fcl_facts_at(int directory, const char *path, struct fcl_facts *facts);

/* rename(2) that never replaces anything. 0, or an errno (EEXIST where the new name is taken). */
int fcl_rename_new(int from_directory, const char *from, int to_directory, const char *to);
/* Each of two names gets what the other had, at once. 0, or an errno (EINVAL where the file system
   cannot). */
int fcl_rename_exchange(const char *one, const char *other);

/* Writes everything of the descriptor's file system to disk. 0, or an errno. */
int fcl_syncfs(int descriptor);

/* Makes the empty file `to` the same as `from`, its blocks shared until one of the two is written
   (ioctl_ficlone(2)). 0, or an errno where the file system cannot or the two lie on different ones. */
int fcl_clone(int to, int from);

/* The magic number of the file system behind a descriptor (statfs.f_type); 0 on failure. */
uint64_t fcl_file_system(int descriptor);

/* A file of this name's own in memory, which can grow; close-on-exec. Its descriptor, or -errno. */
int fcl_memory_file(const char *name);

/* Opens a regular file, or anything else that can be read without waiting, by a path below
   `directory`, following no symbolic link on the way and never climbing above it (openat2(2)).
   Its descriptor, or -errno: -ELOOP for a link, -EXDEV for a way out. */
int fcl_open_beneath(int directory, const char *path);

/* A pipe whose ends do not block and are closed on exec. 0, or an errno. */
int fcl_pipe(int ends[2]);

/* Names the calling thread, 15 bytes at most, for top(1) and core dumps. */
void fcl_name_thread(const char *name);

#endif
