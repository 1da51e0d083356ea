import Glibc

/// The signals that end the server, taken by one thread instead of interrupting any.
struct Signals {
    private var set = sigset_t()

    /// Blocks the signals in this thread, and so in those it starts later.
    init() {
        // The set lives for the calls.
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of them. The next one then ends the process at once.
    ///
    /// - Returns: its name.
    func wait() -> String {
        var signal: Int32 = 0
        var set = set
        // Set and number live for the calls.
        while unsafe sigwait(&set, &signal) != 0 {}
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
        return signal == SIGTERM ? "SIGTERM" : "SIGINT"
    }
}
