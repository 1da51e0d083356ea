#include "build.h"

// Written by script/build; never committed.
#if __has_include("commit.h")
#include "commit.h"
#else
#define CHAT_COMMIT "unknown"
#endif

const char *chat_commit(void) { return CHAT_COMMIT; }
