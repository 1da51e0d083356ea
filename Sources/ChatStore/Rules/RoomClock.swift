import ChatDomain

/// The time that is written beside what happens in a room.
///
/// A clock that is corrected by a little must not make a message look older than the one before it. One that was wrong
/// by more was wrong: the room does not keep that time until the right one has caught up. So times are told, and
/// nothing is ordered by them; the order is that of offsets and of the log.
enum RoomClock {
    /// How far a room's time never falls.
    private static let correctionMs: Int64 = 1_000

    /// - Parameter last: the time of the room's last event.
    static func time(after last: WallTime?, at now: WallTime) -> WallTime {
        guard let last, now < last else { return now }
        let (fall, overflow) = last.milliseconds.subtractingReportingOverflow(now.milliseconds)
        return !overflow && fall < correctionMs ? last : now
    }
}
