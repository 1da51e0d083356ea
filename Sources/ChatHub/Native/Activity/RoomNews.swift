import ChatDomain
import ChatStore

/// The newest of what was said in a room since its members were last told.
struct RoomNews {
    private(set) var seq: Int64
    private(set) var offset: Int64
    /// Of the event.
    private(set) var logID: Int64
    private var by: UserID
    private var text: String
    /// The first that they have not been told of.
    private let first: Int64
    /// Whom anything since has mentioned, each with the newest message that does.
    private var mentions: [UserID: Int64] = [:]

    private static let charactersMax = 80
    /// A character can be made of any number of code points.
    private static let bytesMax = 640

    init(_ message: Message, _ event: Event) {
        seq = message.seq
        offset = event.offset
        logID = event.logID
        by = message.author
        text = message.text
        first = message.seq
        for user in message.mentions { mentions[user] = message.seq }
    }

    func mentions(_ user: UserID) -> Bool { mentions[user] != nil }

    /// Something newer was said.
    mutating func take(_ message: Message, _ event: Event) {
        (seq, offset, logID) = (message.seq, event.offset, event.logID)
        (by, text) = (message.author, message.text)
        for user in message.mentions { mentions[user] = message.seq }
    }

    /// A message reads otherwise now.
    mutating func change(_ message: Message) {
        guard message.seq >= first else { return }
        if message.seq == seq { text = message.text }
        forgetMentions(by: message.seq)
        for user in message.mentions { mentions[user] = max(mentions[user] ?? 0, message.seq) }
    }

    /// What was deleted is told to nobody.
    mutating func erase(_ seq: Int64) {
        if seq == self.seq { text = "" }
        forgetMentions(by: seq)
    }

    private mutating func forgetMentions(by seq: Int64) {
        if !mentions.isEmpty { mentions = mentions.filter { $0.value != seq } }
    }

    private static func beginning(of text: String) -> String {
        var bytes = 0
        return String(
            text.prefix(charactersMax).prefix { character in
                bytes += character.utf8.count
                return bytes <= bytesMax
            })
    }

    // MARK: On the wire

    /// A member of the object `rooms`.
    func json(of room: RoomID, isMentioned: Bool) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.beginObject()
        json.key(text: "\(room.rawValue)")
        json.beginObject()
        json.member("seq", seq)
        json.member("offset", offset)
        if isMentioned { json.member("mentioned", true) }
        json.member("by", by)
        json.member("text", Self.beginning(of: text))
        json.endObject()
        json.endObject()
        // Without the brackets around it.
        return Array(json.takeBytes().dropFirst().dropLast())
    }

    /// A frame that tells of several rooms.
    static func frame(of members: ArraySlice<[UInt8]>) -> [UInt8] {
        Array(#"{"type":"activity","rooms":{"#.utf8) + members.joined(separator: [UInt8(ascii: ",")]) + Array("}}".utf8)
    }
}
