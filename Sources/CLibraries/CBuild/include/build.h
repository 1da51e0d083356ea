// What the build knows of itself.

// The state of the sources, as Git names it; "unknown" where nobody has said.
const char *_Nonnull chat_commit(void);
