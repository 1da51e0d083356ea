#include <stddef.h>

// How often this process has asked for memory so far.
size_t allocation_count(void);
// How many bytes of what it asked for it still holds.
size_t allocated_bytes(void);
// memcpy that the compiler cannot see through.
void copy_bytes(void *to, const void *from, size_t count);
// Uses a result, so that the compiler keeps the work behind it.
void consume(long value);
