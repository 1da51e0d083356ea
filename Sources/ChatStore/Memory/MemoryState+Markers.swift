import ChatDomain

/// How far members have read, and what is left to.
extension MemoryState {
    mutating func mark(_ updates: [MarkerUpdate]) -> Outcome {
        for update in updates {
            guard let room = room(update.room), var place = room.members[update.user] else { continue }
            if let read = update.read.map({ min($0, room.seq) }) {
                if update.isPrivate { place.ownRead = max(place.ownRead, read) } else { place.raise(read: read) }
            }
            if let received = update.received { place.received = max(place.received, min(received, room.seq)) }
            room.members[update.user] = place
        }
        return .done
    }

    /// Nothing is unread for who is no member.
    func unread(of user: UserID, in room: MemoryRoom) -> UnreadCount {
        guard let read = room.members[user]?.ownRead else {
            return UnreadCount(unread: 0, mentions: 0, read: 0, seq: room.seq)
        }
        let counts = room.counts.unread(of: user, above: read, upTo: room.seq)
        return UnreadCount(unread: counts.unread, mentions: counts.mentions, read: read, seq: room.seq)
    }

    /// In the order in which the rooms were made.
    func unread(of user: UserID, limit: Int) -> [(room: RoomID, count: UnreadCount)] {
        roomIDs(of: user).prefix(max(limit, 0)).compactMap { id in
            room(id).map { (id, unread(of: user, in: $0)) }
        }
    }
}
