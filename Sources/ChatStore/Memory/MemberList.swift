import ChatDomain

/// The members of a room in the order of joining, with a quick answer to who is one.
struct MemberList: Sendable {
    private(set) var ordered: [UserID] = []
    private var known: Set<UserID> = []

    func contains(_ user: UserID) -> Bool { known.contains(user) }

    mutating func append(_ user: UserID) {
        if known.insert(user).inserted { ordered.append(user) }
    }

    mutating func remove(_ users: Set<UserID>) {
        known.subtract(users)
        ordered.removeAll { users.contains($0) }
    }
}
