/* Lets the machine's clock jump by two hours for one program, once the file is there that JUMPED names.
   Every other clock is left as it is, the monotonic one and that of the database among them. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *at)
{
    long failed = syscall(SYS_clock_gettime, clock, at);
    const char *jumped = getenv("JUMPED");
    if (!failed && clock == CLOCK_REALTIME && jumped && !access(jumped, F_OK))
        at->tv_sec += 7200;
    return (int)failed;
}
