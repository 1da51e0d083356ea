import ChatDomain

/// The search, as a look at every message from the newest on: as many as can be looked at while everybody waits.
extension MemoryLedger {
    static let searchedMax = 20_000

    func search(_ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int) -> SearchPage {
        let (results, next) = look(before: cursor, limit: limit) { result($0, $1, query, viewer) }
        return SearchPage(results: results, nextCursor: next)
    }

    func messages(by author: UserID, before cursor: Int64?, limit: Int) -> AuthoredPage {
        let (messages, next) = look(before: cursor, limit: limit) { room, seq -> Message? in
            guard let message = held(room)?.message(.seq(seq)), message.author == author, !message.isDeleted else {
                return nil
            }
            return message
        }
        return AuthoredPage(messages: messages, nextCursor: next)
    }

    /// What `find` makes of the messages before the cursor, and where to go on from, if there are more.
    private func look<Found>(
        before cursor: Int64?, limit: Int, _ find: (RoomID, Int64) -> Found?
    ) -> (found: [Found], next: Int64?) {
        var found: [Found] = []
        guard limit > 0 else { return (found, nil) }
        var budget = Self.searchedMax
        for said in saidMessages[..<firstSaid(from: cursor ?? .max)].reversed() {
            if found.count == limit || budget == 0 { return (found, said.logID + 1) }
            budget -= 1
            if let one = find(said.room, said.seq) { found.append(one) }
        }
        return (found, nil)
    }

    private func result(_ id: RoomID, _ seq: Int64, _ query: SearchQuery, _ viewer: UserID) -> SearchResult? {
        guard query.room == nil || query.room == id, let room = held(id),
            room.sight(of: viewer)?.shows(seq) == true, !room.counts.isHidden(seq, from: viewer),
            let message = room.fullMessage(seq), !message.isDeleted,
            query.from == nil || query.from == message.author, query.includes(message.sentAt),
            let match = query.match(in: message.text)
        else { return nil }
        return SearchResult(message: message, snippet: Snippet.make(message.text, around: match))
    }

    /// Where in the list of all messages those begin whose log id is not below the one given.
    private func firstSaid(from logID: Int64) -> Int {
        var low = 0
        var high = saidMessages.count
        while low < high {
            let middle = low + (high - low) / 2
            if saidMessages[middle].logID < logID { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
