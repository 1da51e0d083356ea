#pragma once
#include <stdint.h>

/// How many blocks the process has asked `malloc` for. Not for several threads.
uint64_t allocation_count(void);
