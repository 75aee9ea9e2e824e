// seccomp(2) and classic BPF: the kernel's own structures and constants.
#ifndef CLINUX_FILTERS_H
#define CLINUX_FILTERS_H

#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

extern const uint32_t CL_SECCOMP_RET_TRACE;
extern const uint32_t CL_SECCOMP_RET_ALLOW;
extern const uint32_t CL_SECCOMP_RET_ERRNO;
extern const uint32_t CL_SECCOMP_RET_KILL_PROCESS;
extern const uint32_t CL_AUDIT_ARCH_X86_64;
extern const uint32_t CL_AUDIT_ARCH_I386;
extern const uint32_t CL_AUDIT_ARCH_AARCH64;
extern const uint32_t CL_X32_SYSCALL_BIT;
extern const uint32_t CL_SECCOMP_FILTER_FLAG_NEW_LISTENER;

/// Asks the kernel whether an action exists (SECCOMP_GET_ACTION_AVAIL): 0, or -EOPNOTSUPP.
int cl_seccomp_action_available(uint32_t action);

#endif
