/// A place in the order of everything that was committed: behind an event, and behind the notices that came with it.
public struct LogPosition: Sendable, Hashable, Comparable, Codable {
    /// The log id of the newest event before it; 0 for none.
    public var logID: Int64
    /// The number of the newest notice before it; 0 for none.
    public var noticeID: Int64

    public init(logID: Int64, noticeID: Int64) {
        self.logID = logID
        self.noticeID = noticeID
    }

    /// Before everything.
    public static let start = LogPosition(logID: 0, noticeID: 0)

    public static func < (a: LogPosition, b: LogPosition) -> Bool {
        (a.logID, a.noticeID) < (b.logID, b.noticeID)
    }
}

/// One thing that was committed, as it is read back.
public enum LogEntry: Sendable, Equatable {
    /// With the room, its handle and the offset. A text reads as it did at the event, but that of a message that was
    /// deleted since, which has none and says so. Of a room that was deleted nothing is left but the event that says it.
    case event(Event)
    /// What it says of settings and profiles is what they are now; a room that was joined comes without its listing. What
    /// concerned an account that was deleted since is left out, but for the word that it was.
    case notice(Notice)
}

/// Some of what was committed, in the order of commit: the events of a commit, then its notices.
public struct CommitPage: Sendable, Equatable {
    public var entries: [LogEntry]
    /// Where to go on: behind all that the page has, or has left out.
    public var end: LogPosition
    /// Whether something stands behind `end`: a page may be short, even empty, and yet have more.
    public var hasMore: Bool
    /// Whether notices that stood behind the position that was asked for are kept no more: of these the newest 50,000
    /// are, at least. Events are kept for ever.
    public var hasLostNotices: Bool

    public init(entries: [LogEntry], end: LogPosition, hasMore: Bool, hasLostNotices: Bool) {
        self.entries = entries
        self.end = end
        self.hasMore = hasMore
        self.hasLostNotices = hasLostNotices
    }
}

/// A notice where it is kept.
struct KeptNotice: Sendable {
    /// From 1, without gaps.
    var id: Int64
    /// Of the newest event before it.
    var logID: Int64
    /// Nil where it concerned an account that is no more.
    var notice: Notice?
}

extension CommitPage {
    /// Lays events and notices in one order.
    ///
    /// - Parameters:
    ///   - events: those behind `position`, as many as `lookedUp` says if there are; without an `event` where it is of a
    ///     room that is gone.
    ///   - notices: likewise.
    ///   - firstNotice: the number of the oldest one that is kept; nil for none.
    init(
        after position: LogPosition, events: [(logID: Int64, event: Event?)], notices: [KeptNotice],
        firstNotice: Int64?,
        limit: Int
    ) {
        self.init(
            entries: [], end: position, hasMore: false,
            hasLostNotices: firstNotice.map { $0 > max(position.noticeID, 0) + 1 } ?? false)
        var (nextEvent, nextNotice) = (0, 0)
        for _ in 0..<Self.shown(limit) {
            let event = nextEvent < events.count ? events[nextEvent] : nil
            let notice = nextNotice < notices.count ? notices[nextNotice] : nil
            if let event, notice.map({ event.logID <= $0.logID }) ?? true {
                nextEvent += 1
                end.logID = event.logID
                if let event = event.event { entries.append(.event(event)) }
            } else if let notice {
                nextNotice += 1
                end.noticeID = notice.id
                if let notice = notice.notice { entries.append(.notice(notice)) }
            }
        }
        hasMore = nextEvent < events.count || nextNotice < notices.count
    }

    /// How many entries are looked at for one page.
    private static let entriesMax = 1_000

    private static func shown(_ limit: Int) -> Int { min(max(limit, 0), entriesMax) }

    /// How many events, and how many notices, to look up for a page: one more tells whether there are more.
    static func lookedUp(_ limit: Int) -> Int { shown(limit) + 1 }
}
