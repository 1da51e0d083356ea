// What the platform module of the toolchain leaves out.
#include <sys/epoll.h>
