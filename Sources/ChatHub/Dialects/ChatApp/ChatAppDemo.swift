public import ChatDomain
public import ChatStore

/// The people, rooms and messages that the dialect's tutorial begins with. Its identifiers are opaque strings: one is
/// no valid UUID.
public enum ChatAppDemo {
    private static let ahmad = "4fbd288c-d3b2-4f78-adcf-def976902d50"
    private static let ashley = "1e9a12c1-e98c-4a83-a55a-32cc548a169d"
    private static let charles = "1bc833808-05ed-455a-9d26-64fe1d96d62d"
    private static let rooms = [
        (
            handle: "f061383b-0393-4ce8-9a85-f31d03762263", name: "Charles Edward",
            messages: [(charles, "Hello"), (ashley, "Hi, how are you?")]
        ),
        (
            handle: "008e9dc4-f01d-4429-ba31-986d7e63cce8", name: "Ahmad Rosid",
            messages: [(charles, "Hi... are free today?")]
        ),
    ]

    /// Adds what is missing of it; what is there already stays as it is.
    public static func install(in store: any ChatStore, at now: WallTime) throws(StoreError) {
        let reader = try store.makeReader()
        let people = [
            (ahmad, "Ahmad Rosid", "123"), (ashley, "Ashley Young", "345"), (charles, "Charles Edward", "678"),
        ]
        for (handle, username, phone) in people where try reader.user(handle: handle) == nil {
            _ = try store.append(
                [.createUser(NewUser(handle: handle, username: username, phone: phone, isOpen: true))], at: now)
        }
        guard let first = try reader.user(handle: ashley)?.id, let second = try reader.user(handle: charles)?.id else {
            return
        }
        for (handle, name, messages) in rooms where try reader.room(handle: handle) == nil {
            let room = NewRoom(handle: handle, kind: .direct, name: name, members: [first, second], isOpen: true)
            let commit = try store.append([.createRoom(room)], at: now)
            guard case .room(let summary)? = commit.outcomes.first else { continue }
            var random = SplitMix64(seed: UInt64(truncatingIfNeeded: now.milliseconds + summary.room.id.rawValue))
            let drafts = messages.map { author, text in
                Draft.send(
                    NewMessage(
                        room: summary.room.id, author: author == ashley ? first : second,
                        key: MessageKey(at: now, using: &random), text: text))
            }
            _ = try store.append(drafts, at: now)
        }
    }
}
