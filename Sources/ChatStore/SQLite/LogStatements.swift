import ChatDomain

/// Writes rows of the log.
final class LogStatements {
    private let messageInsertion: Statement
    private let referringInsertion: Statement
    private let eventInsertion: Statement

    init(_ database: Database) throws(StoreError) {
        messageInsertion = try database.statement(
            """
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text)
            VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
            """)
        referringInsertion = try database.statement(
            """
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text, reply_to, thread, mentions, body)
            VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        eventInsertion = try database.statement(
            """
            INSERT INTO log (id, room, offset, seq, at, kind, user, text, target, previous, version, mentions, topic)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
    }

    /// - Parameter body: nil where it can be computed from room and text.
    func insert(_ message: Message, body: BodyHash?, logID: Int64, offset: Int64) throws(StoreError) {
        let insertion = body == nil ? messageInsertion : referringInsertion
        insertion.bind(logID, at: 1)
        insertion.bind(message.room.rawValue, at: 2)
        insertion.bind(offset, at: 3)
        insertion.bind(message.seq, at: 4)
        insertion.bind(message.sentAt.milliseconds, at: 5)
        insertion.bind(message.author.rawValue, at: 6)
        insertion.bind(Int64(bitPattern: message.key.high), at: 7)
        insertion.bind(Int64(bitPattern: message.key.low), at: 8)
        insertion.bind(message.text, at: 9)
        if let body {
            insertion.bind(message.replyTo, at: 10)
            insertion.bind(message.thread, at: 11)
            insertion.bind(message.mentions.isEmpty ? nil : MentionList.text(of: message.mentions), at: 12)
            insertion.bind(body.rawValue, at: 13)
        }
        try insertion.run()
    }

    func insert(_ row: EventRow, logID: Int64, in head: RoomHead, at: WallTime) throws(StoreError) {
        eventInsertion.bind(logID, at: 1)
        eventInsertion.bind(head.id.rawValue, at: 2)
        eventInsertion.bind(head.offset + 1, at: 3)
        eventInsertion.bind(head.seq, at: 4)
        eventInsertion.bind(at.milliseconds, at: 5)
        eventInsertion.bind(row.code.rawValue, at: 6)
        eventInsertion.bind(row.user?.rawValue, at: 7)
        eventInsertion.bind(row.text, at: 8)
        eventInsertion.bind(row.target, at: 9)
        eventInsertion.bind(row.previous, at: 10)
        eventInsertion.bind(row.version.map { Int64($0) }, at: 11)
        eventInsertion.bind(row.mentions, at: 12)
        eventInsertion.bind(row.topic, at: 13)
        try eventInsertion.run()
    }
}
