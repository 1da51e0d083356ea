import ChatDomain

/// What belongs to no single connection, and is held by one loop for all: its home.
enum HomeKey: Hashable {
    /// Sockets, rate and presence of a user.
    case user(UserID)
    /// Who types in a room, and its markers on their way to the store.
    case room(RoomID)
    /// Order and history of a topic of the native protocol.
    case topic(TopicName)
    /// A feed, by its name.
    case feed(String)
    /// The rate of an API key, by its identifier.
    case key(String)
    /// How many sockets the chat-app dialect has.
    case lobby
    /// The attempts to sign in, which count together wherever they are made.
    case signIns
}

/// Which loop is the home of what: one rule, the same on every loop.
struct HomeMap: Sendable {
    let loopIndex: Int
    let loopCount: Int

    init(configuration: HubConfiguration) {
        loopIndex = configuration.loopIndex
        loopCount = configuration.loopCount
    }

    func home(of key: HomeKey) -> Int {
        switch key {
        case .user(let id): loop(UInt64(bitPattern: id.rawValue))
        case .room(let id): loop(UInt64(bitPattern: id.rawValue))
        case .topic(let name): loop(name.hash)
        case .feed(let name), .key(let name): loop(stableHash(name))
        case .lobby, .signIns: 0
        }
    }

    /// Whether this loop is the home.
    func isHere(_ key: HomeKey) -> Bool { home(of: key) == loopIndex }

    /// The loop that a connection is on: they are numbered by turns.
    func loop(of connection: ConnectionID) -> Int { loop(connection.number &- 1) }

    private func loop(_ number: UInt64) -> Int { Int(number % UInt64(loopCount)) }
}

/// FNV-1a, which has no seed: the same in every process.
func stableHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
}
