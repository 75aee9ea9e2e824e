// What the main process does while it judges, for waiting signals: SIGTERM comes at once, and the work takes three seconds.
// With `ended`, the limit of one second was taken back before.
#define _GNU_SOURCE
#define _Nonnull
#define _Nullable
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../../Sources/CLinux/signals.c"

int main(int count, char **words) {
    uint64_t set = 1ull << (SIGTERM - 1);
    if (cl_signals_block(set, NULL) < 0) return 2;
    kill(getpid(), SIGTERM);
    cl_end_by_waiting(set, 1, "ended while it worked\n");
    if (count > 1 && strcmp(words[1], "ended") == 0) cl_end_by_none();
    time_t begin = time(NULL);
    while (time(NULL) < begin + 3) {}
    puts("done");
    return 0;
}
