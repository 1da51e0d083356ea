/// Counts control frames by the second.
struct ControlRate: Sendable {
    /// When the second that is counted began; nil: nobody has told the time.
    private var secondBeganMs: Int64?
    private var frames: Int32 = 0

    mutating func advance(toMs nowMs: Int64) {
        if let beganMs = secondBeganMs, nowMs &- beganMs < 1_000 { return }
        secondBeganMs = nowMs
        frames = 0
    }

    /// Counts one more frame; whether it is still within the limit.
    mutating func allows(_ framesMax: Int) -> Bool {
        guard secondBeganMs != nil else { return true }
        frames = frames == .max ? .max : frames &+ 1
        return Int(frames) <= framesMax
    }
}
