import ChatDomain

/// What members choose for themselves, and how a room that was hidden comes back.
extension Rules {
    mutating func choose(_ choice: RoomChoice, in id: RoomID, by user: UserID) throws(Stop) -> Outcome {
        _ = try head(of: id, for: .read, by: user)
        guard let old = try ledger.settings(of: user, in: id) else { throw .refused(.notFound) }
        let new = choice.applied(to: old)
        guard new != old else { return .settings(old) }
        try set(new, of: user, in: id)
        return .settings(new)
    }

    private mutating func set(_ settings: RoomSettings, of user: UserID, in room: RoomID) throws(Stop) {
        try ledger.apply(.chosen(settings, user, room))
        try tell(user, .roomSettings(room, settings))
    }

    /// Those to whom a message of `author` brings the room back, each with what they have chosen for it. To be asked for
    /// where `head.mayBeHidden`.
    mutating func hiders(
        of head: RoomHead, besides author: UserID
    ) throws(Stop) -> [(user: UserID, settings: RoomSettings)] {
        let users = try ledger.hiders(of: head.id, limit: StoreLimits.hidersMax)
        if users.isEmpty { head.mayBeHidden = false }
        try require(users.flatMap { [.user($0), .settings($0, head.id)] })
        var hiders: [(user: UserID, settings: RoomSettings)] = []
        for user in users where user != author {
            if let settings = try ledger.settings(of: user, in: head.id) { hiders.append((user, settings)) }
        }
        return hiders
    }

    /// The room is in their lists again.
    mutating func show(_ head: RoomHead, to hiders: [(user: UserID, settings: RoomSettings)]) throws(Stop) {
        for (user, old) in hiders {
            var settings = old
            settings.isHidden = false
            try set(settings, of: user, in: head.id)
        }
    }
}
