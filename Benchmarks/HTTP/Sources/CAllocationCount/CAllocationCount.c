#include "CAllocationCount.h"
#include <stddef.h>

// An executable's own `malloc` goes before the C library's, which stays reachable under this name.
extern void *__libc_malloc(size_t);

static uint64_t count;

void *malloc(size_t size) {
    count += 1;
    return __libc_malloc(size);
}

uint64_t allocation_count(void) { return count; }
