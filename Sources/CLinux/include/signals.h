// Signals as descriptors. A set of signals is the kernel's 64-bit mask: bit n - 1 stands for signal n.
#ifndef CLINUX_SIGNALS_H
#define CLINUX_SIGNALS_H

#include <stdint.h>

/// What signalfd(2) tells of one signal: pid and status are those of the child for SIGCHLD.
struct cl_signal {
    uint32_t number;
    uint32_t pid;
    int32_t status;
};

int cl_signals_block(uint64_t set, uint64_t *_Nullable previous);
int cl_signals_unblock(uint64_t set);
int cl_signals_restore(uint64_t mask);

/// From now on the process ends by itself where one of these signals, which are blocked, has waited for so many seconds: with the
/// line on its standard error, and 128 and the signal's number. The line is kept by the caller; it is no text that ends earlier.
void cl_end_by_waiting(uint64_t set, int seconds, const char *_Nonnull line);
/// Ends that.
void cl_end_by_none(void);
/// A non-blocking, close-on-exec signalfd. The signals must be blocked first.
int cl_signalfd(uint64_t set);
/// 1 and one signal, 0 when none is pending, or -errno.
int cl_signalfd_read(int fd, struct cl_signal *_Nonnull out);
/// A handler that does nothing, so that an unblocked signal interrupts ppoll (a default-ignored one does not).
int cl_signal_interrupts(int number);
int cl_signal_is_ignored(int number);

#endif
