import ChatDomain

/// The search, as a look at every message from the newest on: as many as can be looked at while everybody waits.
extension MemoryLedger {
    static let searchedMax = 20_000

    func search(_ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int) -> SearchPage {
        var page = SearchPage(results: [], nextCursor: nil)
        guard limit > 0 else { return page }
        var index = firstSaid(from: cursor ?? .max) - 1
        var budget = Self.searchedMax
        while index >= 0 {
            let said = saidMessages[index]
            if page.results.count == limit || budget == 0 {
                page.nextCursor = said.logID + 1
                return page
            }
            budget -= 1
            index -= 1
            if let result = result(said.room, said.seq, query, viewer) { page.results.append(result) }
        }
        return page
    }

    func messages(by author: UserID, before cursor: Int64?, limit: Int) -> AuthoredPage {
        var page = AuthoredPage(messages: [], nextCursor: nil)
        guard limit > 0 else { return page }
        var index = firstSaid(from: cursor ?? .max) - 1
        var budget = Self.searchedMax
        while index >= 0 {
            let said = saidMessages[index]
            if page.messages.count == limit || budget == 0 {
                page.nextCursor = said.logID + 1
                return page
            }
            budget -= 1
            index -= 1
            if let message = held(said.room)?.message(.seq(said.seq)), message.author == author, !message.isDeleted {
                page.messages.append(message)
            }
        }
        return page
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
