import ChatDomain
import Glibc

/// The system's clocks. Only the executable reads them.
enum Clock {
    /// Milliseconds on the monotonic clock.
    static func now() -> Instant { Instant(milliseconds: read(CLOCK_MONOTONIC)) }

    /// Milliseconds since the machine was started, its sleep included: nobody sets it.
    static func sinceStart() -> Instant { Instant(milliseconds: read(CLOCK_BOOTTIME)) }

    static func wallTime() -> WallTime { WallTime(milliseconds: read(CLOCK_REALTIME)) }

    /// The time of a loop's turn: a few milliseconds late at most, and cheap enough to ask for in each.
    static func turn() -> (Instant, WallTime) {
        (
            Instant(milliseconds: read(CLOCK_MONOTONIC_COARSE)), WallTime(milliseconds: read(CLOCK_REALTIME_COARSE))
        )
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // The structure lives for the call.
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
