#ifndef BARE_LOOP_H
#define BARE_LOOP_H

#include <stdint.h>

/// Appends `count` messages to a new database at `path`, `batch` in a transaction, with both indexes filled behind the
/// log in sorted runs of 10,000; `looks_up` asks the index for each key first. Nothing else is done for a message: no
/// checks, no events, nothing kept in memory but the run. Returns 0, or SQLite's error code.
int bare_loop(const char *path, int64_t count, int64_t batch, int looks_up);

#endif
