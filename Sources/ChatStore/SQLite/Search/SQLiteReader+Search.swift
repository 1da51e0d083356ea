import ChatDomain

extension SQLiteReader {
    /// In so many rooms somebody has to be for the index to be asked without naming them.
    private static let roomsNamedMax = 300
    /// How many candidates are asked for at once, and looked at in all.
    private static let candidatesMax = 100
    private static let examinedMax = 3_000

    /// The index names candidates; what they are now, and whether the viewer may see them, is looked up.
    func search(
        _ query: SearchQuery, for viewer: UserID, before cursor: Int64?, limit: Int
    ) throws(StoreError) -> SearchPage {
        var page = SearchPage(results: [], nextCursor: nil)
        let searched = try searchedRooms(query, viewer)
        guard limit > 0, !searched.isEmpty else { return page }
        let expression = query.expression(in: searched.count <= Self.roomsNamedMax ? searched.sorted() : [])
        let ids = try askSearch { (queries) throws(StoreError) in
            try queries.ids(before: query.before, after: query.after)
        }
        guard let ids else { return page }
        var position = min(cursor ?? .max, ids.upperBound + 1)
        var examined = 0
        while true {
            let candidates = try askSearch { (queries) throws(StoreError) in
                try queries.candidates(
                    expression, below: position, from: ids.lowerBound, limit: Self.candidatesMax)
            }
            for candidate in candidates {
                if page.results.count == limit || examined == Self.examinedMax {
                    page.nextCursor = position
                    return page
                }
                examined += 1
                position = candidate.id
                if searched.contains(candidate.room), let result = try result(candidate, query, viewer) {
                    page.results.append(result)
                }
            }
            if candidates.count < Self.candidatesMax { return page }
        }
    }

    /// The index knows whose each message is.
    func messages(by author: UserID, before cursor: Int64?, limit: Int) throws(StoreError) -> AuthoredPage {
        var page = AuthoredPage(messages: [], nextCursor: nil)
        guard limit > 0 else { return page }
        let candidates = try askSearch { (queries) throws(StoreError) in
            try queries.candidates(
                "\"\(SearchMark.author(author.rawValue))\"", below: cursor ?? .max, from: 0,
                limit: limit)
        }
        for candidate in candidates {
            let found = try messages(
                in: candidate.room, after: candidate.seq - 1, before: candidate.seq + 1, limit: 1)
            page.messages += found.filter { $0.author == author && !$0.isDeleted }
        }
        if candidates.count == limit { page.nextCursor = candidates.last?.id }
        return page
    }

    private func result(
        _ candidate: SearchQueries.Candidate, _ query: SearchQuery, _ viewer: UserID
    ) throws(StoreError) -> SearchResult? {
        // Nobody but a member gets anything, and nobody what they have hidden.
        let found = try page(of: candidate.room, .around(candidate.seq), limit: 1, for: viewer)
        guard let message = found.messages.first, message.seq == candidate.seq, !message.isDeleted,
            query.includes(message.sentAt), let match = query.match(in: message.text)
        else { return nil }
        return SearchResult(message: message, snippet: Snippet.make(message.text, around: match))
    }

    /// The viewer's rooms, or the one of them that is asked for.
    private func searchedRooms(_ query: SearchQuery, _ viewer: UserID) throws(StoreError) -> Set<RoomID> {
        if let room = query.room { return try isMember(viewer, of: room) ? [room] : [] }
        return Set(try rooms.rooms(of: viewer))
    }
}
