// Processes: pidfds, waiting, dying with the parent, placement on CPUs.
#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A pidfd of a process, or of one thread when `thread` is not 0 (PIDFD_THREAD, Linux 6.9; -EINVAL before, and where TOCSIN_PIDFD_THREAD is `no`).
int cl_pidfd_open(pid_t pid, int thread);
/// Whether two threads share their table of descriptors (kcmp(2)): 1, 0, or -errno.
int cl_same_descriptors(pid_t one, pid_t other);
/// A duplicate of another process's descriptor (pidfd_getfd(2)); close-on-exec.
int cl_pidfd_getfd(int pidfd, int fd);
int cl_pidfd_send_signal(int pidfd, int signal);

/// waitpid(2) with __WALL: the process that changed, 0 when `nohang` and none did, or -errno. `pid` -1 is any child.
pid_t cl_wait(pid_t pid, int nohang, int *_Nonnull status);

/// Dies by `signal` when the creating thread of the parent ends (PR_SET_PDEATHSIG).
int cl_parent_death_signal(int signal);
/// Makes orphaned descendants children of the caller (PR_SET_CHILD_SUBREAPER).
int cl_adopt_orphans(void);

int cl_affinity_set(pid_t pid, const uint64_t *_Nonnull words, size_t count);
/// Fills `words` and returns how many of them the kernel wrote.
int cl_affinity_get(pid_t pid, uint64_t *_Nonnull words, size_t count);

/// Sets how many descriptors a process may have (RLIMIT_NOFILE, the soft limit) and says how many it might; -ESRCH where it is gone.
int cl_limit_descriptors(pid_t pid, uint64_t to, uint64_t *_Nonnull former);

pid_t cl_gettid(void);

#endif
