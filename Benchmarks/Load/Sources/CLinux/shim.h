// What the platform module of the toolchain leaves out.
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

// Pins a thread (0: the calling one) to those of the first 64 cores whose bits are set; 0 if that was done.
static inline int load_pin(int thread, unsigned long cores) {
    return syscall(SYS_sched_setaffinity, thread, sizeof cores, &cores) < 0 ? -1 : 0;
}
