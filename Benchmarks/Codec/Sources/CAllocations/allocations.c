// Stands in front of glibc's allocator and counts.
#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static size_t count;

void *malloc(size_t size) { count++; return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { count++; return __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { count++; return __libc_realloc(old, size); }
void *aligned_alloc(size_t alignment, size_t size) { count++; return __libc_memalign(alignment, size); }
int posix_memalign(void **to, size_t alignment, size_t size) {
    count++;
    *to = __libc_memalign(alignment, size);
    return *to ? 0 : ENOMEM;
}

size_t allocation_count(void) { return count; }
size_t allocated_bytes(void) { struct mallinfo2 info = mallinfo2(); return info.uordblks + info.hblkhd; }
void copy_bytes(void *to, const void *from, size_t n) { memcpy(to, from, n); __asm__ volatile("" ::: "memory"); }
void consume(long value) { __asm__ volatile("" : : "r"(value) : "memory"); }
