import ChatDomain

/// Appending to the log.
extension SQLiteLedger {
    mutating func append(
        _ message: Message, sent new: NewMessage, body: BodyHash, in head: RoomHead
    ) throws(Stop) {
        let logID = lastLogID + 1
        try stopping { () throws(StoreError) in
            try log.insert(message, body: new.isPlain ? nil : body, logID: logID, offset: head.offset + 1)
            if let root = message.thread {
                try insertAnswer(message, in: ThreadName(room: head.id, root: root), logID: logID)
            }
            // Nobody reads of themselves.
            for user in message.mentions where user != message.author {
                try run("INSERT INTO mentions VALUES (?, ?, ?)", user.rawValue, head.id.rawValue, message.seq)
            }
        }
        let event = Event(
            logID: logID, room: head.id, roomHandle: head.handle, offset: head.offset + 1, at: message.sentAt,
            kind: .messageCreated(message), origin: new.origin)
        stage(
            event, seq: message.seq, author: message.author,
            sender: SenderKey(author: message.author, key: message.key),
            body: body)
    }

    mutating func append(
        _ kind: EventKind, of message: VersionedMessage?, in head: RoomHead, at: WallTime
    ) throws(Stop) -> Int64 {
        let logID = lastLogID + 1
        try stopping { () throws(StoreError) in
            var row = try EventRow(kind, of: message)
            // The room's own row will be gone.
            if case .roomDeleted = kind { row.text = head.handle }
            try log.insert(row, logID: logID, in: head, at: at)
        }
        let event = Event(
            logID: logID, room: head.id, roomHandle: head.handle, offset: head.offset + 1, at: at, kind: kind)
        stage(event, seq: head.seq, author: nil, sender: nil, body: BodyHash(rawValue: 0))
        return logID
    }

    private mutating func stage(_ event: Event, seq: Int64, author: UserID?, sender: SenderKey?, body: BodyHash) {
        lastLogID = event.logID
        indexer.append(
            IndexEntry(
                logID: event.logID, room: event.room, offset: event.offset, seq: seq, author: author, sender: sender,
                body: body, bytes: UnindexedTail.bytes(of: event)))
        staged.append(event, seq: seq)
    }
}
