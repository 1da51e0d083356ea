import ChatDomain

/// Notices that the system's clock was set: civil time then moves against the time since the machine was started. A
/// clock that is only slowed down or hurried moves both.
struct ClockWatch {
    /// Smaller corrections are nobody's business.
    static let jumpMsMin: Int64 = 1_000

    private var startedAt: Int64

    /// - Parameter sinceStart: a time that nobody sets, and that goes on while the machine sleeps.
    init(wallTime: WallTime, sinceStart: Instant) { startedAt = Self.start(wallTime, sinceStart) }

    /// - Returns: by how many milliseconds the clock was set forward since it was last asked; nil where it was not.
    mutating func jump(wallTime: WallTime, sinceStart: Instant) -> Int64? {
        let now = Self.start(wallTime, sinceStart)
        let jump = now &- startedAt
        guard jump.magnitude >= Self.jumpMsMin.magnitude else { return nil }
        startedAt = now
        return jump
    }

    private static func start(_ wallTime: WallTime, _ sinceStart: Instant) -> Int64 {
        wallTime.milliseconds &- sinceStart.milliseconds
    }
}
