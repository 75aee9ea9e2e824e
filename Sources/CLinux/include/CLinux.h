// Linux calls and structures that Swift's Glibc module does not offer, one header a concern.
//
// Rules: every function returns 0 or a non-negative result, or -errno (the Swift runtime may run code between a call and a
// look at `errno`). Headers here include nothing of glibc whose structures depend on _GNU_SOURCE.
#ifndef CLINUX_H
#define CLINUX_H

#include "descriptors.h"
#include "filters.h"
#include "lookups.h"
#include "mounts.h"
#include "namespaces.h"
#include "netlink.h"
#include "processes.h"
#include "signals.h"
#include "sockets.h"
#include "trace.h"

#endif
