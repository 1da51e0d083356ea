public import ChatDomain
public import ChatStore

/// A few people, and what they have said to each other, for the page to show.
public enum NativeDemo {
    /// Somebody to sign in as.
    public struct Person: Sendable {
        public let login: String
        let displayName: String
        let handle: String
    }

    public static let people = [
        Person(login: "ada", displayName: "Ada Moreau", handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0a01"),
        Person(login: "ben", displayName: "Ben Okafor", handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0a02"),
        Person(login: "chen", displayName: "Chen Wei", handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0a03"),
        Person(login: "dina", displayName: "Dina Rossi", handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0a04"),
    ]

    /// Whether it can be added: none of its people is there, nor anybody of their names. So it is added once, and what
    /// somebody has made of it since, or deleted, stays as it is.
    public static func isMissing(in store: any ChatStore) throws(StoreError) -> Bool {
        let reader = try store.makeReader()
        for person in people {
            if try reader.user(handle: person.handle) != nil { return false }
            if try reader.account(login: person.login) != nil { return false }
        }
        return true
    }

    /// Adds it.
    ///
    /// - Parameter credentials: the hash of each one's password, in the order of `people`.
    /// - Returns: false where somebody has taken a name or an identifier meanwhile.
    public static func install(
        in store: any ChatStore, credentials: [String], at now: WallTime
    ) throws(StoreError) -> Bool {
        let start = WallTime(milliseconds: now.milliseconds - 7_200_000)
        let accounts = zip(people, credentials).map { person, credential in
            Draft.account(
                .register(
                    NewAccount(
                        handle: person.handle, login: person.login, displayName: person.displayName,
                        credential: credential),
                    session: nil, invite: nil))
        }
        var users: [UserID] = []
        for outcome in try store.append(accounts, at: start).outcomes {
            if case .user(let user) = outcome { users.append(user.id) }
        }
        guard users.count == people.count else { return false }
        for (index, room) in rooms.enumerated() {
            // The room that something was said in last is the first of a list.
            let opened = WallTime(milliseconds: start.milliseconds + Int64(index) * 600_000)
            guard try install(room, numbered: index, of: users, in: store, at: opened) else { return false }
        }
        return true
    }

    // MARK: Rooms

    private static let (ada, ben, chen, dina) = (0, 1, 2, 3)

    private struct Line {
        let author: Int
        let text: String
        var replyTo: Int64?
        var thread: Int64?
        var mentions: [Int] = []
        var reactions: [(key: String, by: Int)] = []
    }

    private struct Place {
        let handle: String
        let kind: RoomKind
        let name: String
        var visibility = Visibility.private
        /// The maker first.
        let members: [Int]
        let lines: [Line]
    }

    private static var rooms: [Place] {
        [
            Place(
                handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0b01", kind: .channel, name: "Announcements",
                visibility: .public,
                members: [ada, ben, chen, dina],
                lines: [
                    Line(author: ada, text: "Welcome! This is a channel: its owner writes, and everybody reads."),
                    Line(
                        author: ada, text: "The garden opens on Saturday at ten. Bring gloves.",
                        reactions: [("👍", ben), ("👍", chen), ("🎉", dina)]),
                ]),
            Place(
                handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0b02", kind: .group, name: "Book club",
                members: [dina, ada, ben],
                lines: [
                    Line(author: dina, text: "Has anybody finished the third chapter?"),
                    Line(author: ben, text: "Last night. No spoilers!"),
                    Line(author: ada, text: "I have, and I did not see that coming.", replyTo: 1),
                    Line(author: dina, text: "Then let us meet on Thursday.", reactions: [("❤️", ada)]),
                ]),
            Place(
                handle: "5b0c7d52-8f0e-4c55-9d0a-6f4f6e1f0b03", kind: .group, name: "Garden project",
                members: [ada, ben, chen, dina],
                lines: [
                    Line(
                        author: ada, text: "We have the seeds. Who can help on Saturday?",
                        reactions: [("🌱", chen), ("🌱", dina), ("👍", ben)]),
                    Line(author: ben, text: "I can be there at ten."),
                    Line(author: chen, text: "Shall I bring the long hose?", thread: 1),
                    Line(author: ada, text: "Yes, please. And the small shovel.", thread: 1),
                    Line(author: dina, text: "The sun will be out, they say: https://example.org/weather"),
                    Line(
                        author: ben, text: "@ada I have put the list on the shed's door.", mentions: [ada],
                        reactions: [("😄", ada)]),
                    Line(author: chen, text: "See you all there!"),
                ]),
        ]
    }

    private static func install(
        _ place: Place, numbered number: Int, of users: [UserID], in store: any ChatStore, at opened: WallTime
    ) throws(StoreError) -> Bool {
        let new = NewNativeRoom(
            handle: place.handle, kind: place.kind, name: place.name, visibility: place.visibility,
            members: place.members.dropFirst().map { users[$0] })
        let commit = try store.append([.room(.create(new, by: users[place.members[0]]))], at: opened)
        guard case .listing(let listing, _)? = commit.outcomes.first else { return false }
        let room = listing.room.id
        var random = SplitMix64(seed: UInt64(truncatingIfNeeded: opened.milliseconds) &+ UInt64(number))
        for (index, line) in place.lines.enumerated() {
            let at = WallTime(milliseconds: opened.milliseconds + Int64(index + 1) * 420_000)
            let message = NewMessage(
                room: room, author: users[line.author], key: MessageKey(at: at, using: &random), text: line.text,
                replyTo: line.replyTo, thread: line.thread, mentions: line.mentions.map { users[$0] }, isChecked: true)
            let reactions = line.reactions.map { key, user in
                Draft.post(.react(room, seq: Int64(index + 1), key: key, by: users[user]))
            }
            _ = try store.append([.send(message)] + reactions, at: at)
        }
        return true
    }
}
