// What the toolchain's module of the C library leaves out: epoll, eventfd, and some GNU extensions, which are declared
// here because _GNU_SOURCE would change other declarations from what that module has.
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>

extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
extern int sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
extern int pthread_setname_np(pthread_t thread, const char *name);
