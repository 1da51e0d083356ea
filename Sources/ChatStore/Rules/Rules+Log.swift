import ChatDomain

/// Those who go through everything that was committed.
extension Rules {
    mutating func keepFollower(_ name: String, at position: LogPosition?) throws(Stop) -> Outcome {
        let followers = try ledger.followers()
        guard let position else {
            if followers[name] != nil { try ledger.apply(.followerKept(name, at: nil)) }
            return .done
        }
        guard (1...64).contains(name.utf8.count), position >= .start,
            followers[name] != nil || followers.count < StoreLimits.followersMax
        else { throw .refused(.unprocessable) }
        if followers[name] != position { try ledger.apply(.followerKept(name, at: position)) }
        return .done
    }
}
