#include "include/filters.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

const uint32_t CL_SECCOMP_RET_TRACE = SECCOMP_RET_TRACE;
const uint32_t CL_SECCOMP_RET_ALLOW = SECCOMP_RET_ALLOW;
const uint32_t CL_SECCOMP_RET_ERRNO = SECCOMP_RET_ERRNO;
const uint32_t CL_SECCOMP_RET_KILL_PROCESS = SECCOMP_RET_KILL_PROCESS;
const uint32_t CL_SECCOMP_FILTER_FLAG_NEW_LISTENER = SECCOMP_FILTER_FLAG_NEW_LISTENER;
const uint32_t CL_AUDIT_ARCH_X86_64 = AUDIT_ARCH_X86_64;
const uint32_t CL_AUDIT_ARCH_I386 = AUDIT_ARCH_I386;
const uint32_t CL_AUDIT_ARCH_AARCH64 = AUDIT_ARCH_AARCH64;
#ifdef __X32_SYSCALL_BIT
const uint32_t CL_X32_SYSCALL_BIT = __X32_SYSCALL_BIT;
#else
const uint32_t CL_X32_SYSCALL_BIT = 0;
#endif

int cl_seccomp_action_available(uint32_t action) {
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0 ? -errno : 0;
}
