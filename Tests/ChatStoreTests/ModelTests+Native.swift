import ChatDomain
import Testing

@testable import ChatStore

/// What users of the native protocol see, in both stores.
extension ModelTests {
    func compareViews(
        _ reader: any ChatStoreReader, _ model: MemoryStore, _ drafts: inout RandomDrafts, _ name: String
    ) throws {
        let place = drafts.place()
        let (room, viewer) = (place.room, drafts.number(0...3) == 0 ? drafts.person() : place.user)
        let seq = Int64(drafts.number(-1...30))
        let ranges: [MessageRange] = [.before(nil), .before(seq), .after(seq), .around(seq)]
        let range = ranges[drafts.number(0...3)]
        let limit = drafts.number(0...9)
        let page = try reader.page(of: room, range, limit: limit, for: viewer)
        try #require(
            page == model.page(of: room, range, limit: limit, for: viewer),
            "\(name): room \(room.rawValue), \(range), limit \(limit), for \(viewer.rawValue)")
        let thread = Int64(drafts.number(0...12))
        let threadPage = try reader.threadPage(of: room, thread: thread, range, limit: limit, for: viewer)
        try #require(
            threadPage == model.threadPage(of: room, thread: thread, range, limit: limit, for: viewer),
            "\(name): room \(room.rawValue), thread \(thread), \(range), limit \(limit), for \(viewer.rawValue)")
        try #require(
            try reader.pins(of: room, for: viewer) == model.pins(of: room, for: viewer),
            "\(name): room \(room.rawValue), for \(viewer.rawValue)")
        try #require(
            try reader.versions(of: seq, in: room) == model.versions(of: seq, in: room),
            "\(name): room \(room.rawValue), message \(seq)")
        try #require(
            try reader.versions(of: seq, in: room, for: viewer) == model.versions(of: seq, in: room, for: viewer),
            "\(name): room \(room.rawValue), message \(seq), for \(viewer.rawValue)")
        let events = try reader.events(in: room, after: seq, limit: limit, for: viewer)
        try #require(
            try events == model.events(in: room, after: seq, limit: limit, for: viewer),
            "\(name): room \(room.rawValue), events after \(seq), limit \(limit), for \(viewer.rawValue)")
        try checkSight(of: viewer, in: room, page, events, model, name)
        try #require(
            try reader.listing(of: room, for: viewer) == model.listing(of: room, for: viewer),
            "\(name): room \(room.rawValue), for \(viewer.rawValue)")
        let position = drafts.logPosition()
        try #require(
            try follow(reader, from: position, limit, count: 20) == follow(model, from: position, limit, count: 20),
            "\(name): behind \(position), limit \(limit)")
        let cursor = drafts.number(0...1) == 0 ? nil : ListCursor(Int64(drafts.number(0...600)))
        try #require(
            try reader.members(of: room, after: cursor, limit: limit)
                == model.members(of: room, after: cursor, limit: limit),
            "\(name): room \(room.rawValue), from \(cursor.map { "\($0)" } ?? "the first"), limit \(limit)")
        try #require(
            try reader.threads(of: viewer, after: cursor, limit: limit)
                == model.threads(of: viewer, after: cursor, limit: limit),
            "\(name): user \(viewer.rawValue), from \(cursor.map { "\($0)" } ?? "the first"), limit \(limit)")
        for isHidden in [false, true] {
            try #require(
                try reader.listings(of: viewer, hidden: isHidden, after: cursor, limit: limit)
                    == model.listings(of: viewer, hidden: isHidden, after: cursor, limit: limit),
                "\(name): user \(viewer.rawValue), from \(cursor.map { "\($0)" } ?? "the first"), limit \(limit)")
        }
    }

    /// Nothing from before their joining is shown to who may not see it.
    private func checkSight(
        of viewer: UserID, in room: RoomID, _ page: MessagePage, _ events: [Event], _ model: MemoryStore, _ name: String
    ) throws {
        guard model.room(room)?.history == .joined, let joining = model.member(viewer, of: room)?.joining else {
            return
        }
        let place = "\(name): room \(room.rawValue), for \(viewer.rawValue)"
        try #require(page.messages.allSatisfy { $0.seq > joining.seq }, "\(place)")
        try #require(events.allSatisfy { $0.offset > joining.offset }, "\(place)")
        for event in events {
            if case .messageConcealed = event.kind { continue }
            try #require(event.kind.changedSeq.map { $0 > joining.seq } ?? true, "\(place)")
        }
        try #require(model.pins(of: room, for: viewer).allSatisfy { $0.pin.seq > joining.seq }, "\(place)")
        let threads = model.threads(of: viewer, after: nil, limit: 99).rows.filter { $0.root.room == room }
        try #require(threads.allSatisfy { $0.root.seq > joining.seq }, "\(place)")
        let listing = model.listing(of: room, for: viewer)
        try #require(listing?.lastMessage.map { $0.seq > joining.seq } ?? true, "\(place)")
        try #require(listing.map { $0.unread.unread <= Int($0.seq - joining.seq) } ?? true, "\(place)")
    }

    /// Some entries behind a position, in pages of some: what is left out of a page, and how many, is the store's matter.
    private func follow(
        _ reader: any LogReader, from position: LogPosition = .start, _ limit: Int = .max, count: Int = .max
    ) throws -> [LogEntry] {
        var entries: [LogEntry] = []
        var position = position
        while true {
            let page = try reader.commits(after: position, limit: max(limit, 1))
            try #require(page.entries.count <= max(limit, 1))
            entries += page.entries
            position = page.end
            if !page.hasMore || entries.count >= count { return Array(entries.prefix(count)) }
        }
    }

    func compareNative(
        _ reader: any ChatStoreReader, _ model: any ChatStoreReader, at now: WallTime, _ place: String
    ) throws {
        try #require(try follow(reader) == follow(model), "\(place)")
        for number in 0...3 {
            let follower = "f\(number)"
            try #require(
                try reader.position(ofFollower: follower) == model.position(ofFollower: follower), "\(place)")
        }
        let everybody = (0...40).map { UserID($0) }
        for user in everybody {
            let name = "\(place): user \(user.rawValue)"
            try #require(try reader.account(user) == model.account(user), "\(name)")
            try #require(try reader.sessions(of: user) == model.sessions(of: user), "\(name)")
            try #require(try reader.blocks(by: user) == model.blocks(by: user), "\(name)")
            try #require(
                try reader.joinings(of: user, limit: 7) == model.joinings(of: user, limit: 7), "\(name)")
            try #require(
                try reader.listings(of: user, hidden: true, after: nil, limit: .max)
                    == model.listings(of: user, hidden: true, after: nil, limit: .max), "\(name)")
            let some = [9, 3, 77, 1, 2, 5].map { RoomID($0) }
            let (counts, wanted) = (try reader.unread(of: user, in: some), try model.unread(of: user, in: some))
            try #require(counts.map(\.room) == wanted.map(\.room), "\(name)")
            try #require(counts.map(\.count) == wanted.map(\.count), "\(name)")
            try #require(
                try reader.contacts(of: user, among: everybody) == model.contacts(of: user, among: everybody), "\(name)"
            )
            try #require(
                try reader.listings(of: user, after: nil, limit: .max)
                    == model.listings(of: user, after: nil, limit: .max),
                "\(name)")
            try #require(
                try reader.threads(of: user, after: nil, limit: .max)
                    == model.threads(of: user, after: nil, limit: .max),
                "\(name)")
            let unread = try reader.unread(of: user, limit: .max)
            let expected = try model.unread(of: user, limit: .max)
            try #require(unread.map(\.room) == expected.map(\.room), "\(name)")
            try #require(unread.map(\.count) == expected.map(\.count), "\(name)")
            try #require(
                try reader.userEvents(of: user, after: 3, limit: .max)
                    == model.userEvents(of: user, after: 3, limit: .max), "\(name)")
        }
        for room in (0...60).map({ RoomID($0) }) {
            let name = "\(place): room \(room.rawValue)"
            try #require(
                try reader.members(of: room, after: nil, limit: .max)
                    == model.members(of: room, after: nil, limit: .max),
                "\(name)")
            try #require(try reader.memberCount(of: room) == model.memberCount(of: room), "\(name)")
            try #require(
                try reader.bans(from: room, at: now, after: ListCursor(2), limit: 3)
                    == model.bans(from: room, at: now, after: ListCursor(2), limit: 3), "\(name)")
            try #require(try reader.invites(to: room, at: now) == model.invites(to: room, at: now), "\(name)")
            for user in everybody.prefix(10) {
                try #require(try reader.member(user, of: room) == model.member(user, of: room), "\(name)")
                try #require(try reader.sight(of: user, in: room) == model.sight(of: user, in: room), "\(name)")
                try #require(
                    try reader.ban(of: user, from: room, at: now) == model.ban(of: user, from: room, at: now), "\(name)"
                )
            }
        }
        let some = [7, 99, 1, 7, 2].map { UserID($0) }
        try #require(try reader.users(some) == model.users(some), "\(place)")
        for number in 0...60 {
            try #require(
                try reader.account(login: "LOG-\(number)") == model.account(login: "LOG-\(number)"), "\(place)")
            let token = [UInt8](repeating: UInt8(number), count: 32)
            try #require(try reader.session(tokenHash: token) == model.session(tokenHash: token), "\(place)")
            try #require(
                try reader.isInvitation(tokenHash: token, at: now) == model.isInvitation(tokenHash: token, at: now),
                "\(place)")
            try #require(
                try reader.invite(tokenHash: token, at: now) == model.invite(tokenHash: token, at: now), "\(place)")
        }
        for text in ["", "a", "B", "log-1", "łu", "日", "van b", "x"] {
            try #require(
                try reader.users(matching: text, limit: 20) == model.users(matching: text, limit: 20),
                "\(place): \(text)")
            try #require(
                try reader.publicRooms(matching: text, for: UserID(1), after: ListCursor(9, name: "ada"), limit: 3)
                    == model.publicRooms(matching: text, for: UserID(1), after: ListCursor(9, name: "ada"), limit: 3),
                "\(place): \(text)")
        }
    }
}
