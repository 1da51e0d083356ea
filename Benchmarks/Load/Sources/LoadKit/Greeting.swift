import WSProtocol

/// What each connection says once it is open, and the files that its fields come from.
struct Greeting {
    private let hellos: [Template]
    private let roomIDs: [String]
    private let userIDs: [String]
    private let tokens: [String]
    private let positions: [String]

    init(_ options: Options) throws(LoadError) {
        hellos = options.hellos.map { Template($0) }
        roomIDs = try Self.lines(options.roomsFile)
        userIDs = try Self.lines(options.usersFile)
        tokens = try Self.lines(options.tokensFile)
        positions = try Self.lines(options.positionsFile)
    }

    private static func lines(_ path: String?) throws(LoadError) -> [String] {
        guard let path else { return [] }
        return try Files.lines(of: path)
    }

    func values(of client: Client) -> Template.Values {
        Template.Values(
            room: client.room, user: client.number, roomIDs: roomIDs, userIDs: userIDs, tokens: tokens,
            positions: positions)
    }

    /// - Returns: whether there is anything to send.
    func queue(on client: Client, using random: inout some RandomNumberGenerator) -> Bool {
        for hello in hellos { client.queue(.text, hello.render(values(of: client)), mask: random.next()) }
        return !hellos.isEmpty
    }
}
