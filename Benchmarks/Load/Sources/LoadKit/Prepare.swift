/// Makes users and rooms through the routes of the chat-app dialect, one request after another on one connection.
enum Prepare {
    /// User i takes part in room i mod R, as connection i of a fan-out does.
    static func run(_ options: Options) throws(LoadError) -> Report {
        let client = try HTTPClient(try Target(options.url))
        // Phones are unique: another run against the same server must make others.
        let series = Int.random(in: 0..<1 << 30)
        var users: [String] = []
        for index in 0..<options.connections {
            let body = #"{"username":"load \#(index)","phone":"\#(series) \#(index)"}"#
            users.append(try identifier(in: try client.post("/users/create", body)))
        }
        var rooms: [String] = []
        for index in 0..<options.rooms {
            let members = stride(from: index, to: users.count, by: options.rooms).map { #""\#(users[$0])""# }
            let body = #"{"name":"load \#(index)","participant_ids":[\#(members.joined(separator: ","))]}"#
            rooms.append(try identifier(in: try client.post("/rooms", body)))
        }
        if let path = options.usersFile { try Files.write(users, to: path) }
        if let path = options.roomsFile { try Files.write(rooms, to: path) }
        var report = Report()
        report.add("users", users.count)
        report.add("rooms", rooms.count)
        return report
    }

    /// Accounts of the native protocol, and rooms of which all of them are members.
    static func runNative(_ options: Options) throws(LoadError) -> Report {
        let client = try HTTPClient(try Target(options.url))
        let series = Int.random(in: 0..<1 << 30)
        var users: [String] = []
        var tokens: [String] = []
        for index in 0..<options.users {
            let body = #"{"username":"load\#(series).\#(index)","password":"load-\#(series)"}"#
            let answer = try client.post("/v1/auth/register", body)
            users.append(try value(of: "id", in: answer))
            tokens.append(try value(of: "token", in: answer))
        }
        let members = users.dropFirst().map { #""\#($0)""# }.joined(separator: ",")
        var rooms: [String] = []
        var positions: [String] = []
        for index in 0..<options.rooms {
            let body = #"{"kind":"group","name":"load \#(index)","visibility":"private","members":[\#(members)]}"#
            let answer = try client.post("/v1/rooms", body, token: tokens[0])
            rooms.append(try value(of: "id", in: answer))
            let epoch = try value(of: "epoch", in: answer)
            positions.append(#"{"epoch":"\#(epoch)","offset":\#(try number(of: "offset", in: answer))}"#)
        }
        if let path = options.usersFile { try Files.write(users, to: path) }
        if let path = options.tokensFile { try Files.write(tokens, to: path) }
        if let path = options.roomsFile { try Files.write(rooms, to: path) }
        if let path = options.positionsFile { try Files.write(positions, to: path) }
        var report = Report()
        report.add("users", users.count)
        report.add("rooms", rooms.count)
        return report
    }

    /// `missed` messages in each room, of the first user.
    static func fillNative(_ options: Options) throws(LoadError) -> Report {
        guard let tokensFile = options.tokensFile, let roomsFile = options.roomsFile else {
            throw .usage("fill-native needs --tokens-file and --rooms-file")
        }
        let client = try HTTPClient(try Target(options.url))
        let rooms = try Files.lines(of: roomsFile)
        guard let token = try Files.lines(of: tokensFile).first else { throw .failed("there is no token") }
        let series = Int.random(in: 0..<1 << 31)
        var count = 0
        for room in rooms {
            for _ in 0..<options.missed {
                count += 1
                let key = "\(Hex.digits(series, 8))-0000-4000-8000-\(Hex.digits(count, 12))"
                _ = try client.send(
                    "PUT", "/v1/rooms/\(room)/messages/\(key)", #"{"text":"message \#(count)"}"#, token: token)
            }
        }
        var report = Report()
        report.add("messages", count)
        return report
    }

    /// The first `"name":"…"` of an answer.
    private static func value(of name: String, in json: String) throws(LoadError) -> String {
        let parts = json.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated()
        where part == name && index + 2 < parts.count && parts[index + 1] == ":" { return String(parts[index + 2]) }
        throw .failed("the server's answer has no \(name): \(json.prefix(200))")
    }

    private static func number(of name: String, in json: String) throws(LoadError) -> Int {
        let parts = json.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where part == name && index + 1 < parts.count {
            if let number = Int(parts[index + 1].filter(\.isNumber)) { return number }
        }
        throw .failed("the server's answer has no \(name): \(json.prefix(200))")
    }

    /// The first `"id":"…"` of an answer: a room's own comes before those of its users.
    private static func identifier(in json: String) throws(LoadError) -> String {
        let parts = json.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where part == "id" && index + 2 < parts.count {
            return String(parts[index + 2])
        }
        throw .failed("the server's answer has no id: \(json.prefix(200))")
    }
}
