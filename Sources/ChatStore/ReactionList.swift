import ChatDomain

/// The reactions to one message: keys in the order in which each was first used, for each the users in the order in
/// which they chose it. Keys are compared byte for byte: which forms are one reaction is for `form(of:)` to say.
struct ReactionList: Sendable, Equatable {
    private(set) var ordered: [Reaction]

    init(_ ordered: [Reaction] = []) { self.ordered = ordered }

    func contains(_ key: String, by user: UserID) -> Bool {
        index(of: key).map { ordered[$0].users.contains(user) } ?? false
    }

    /// The key that is there in whatever form.
    ///
    /// - Parameter folded: as `ReactionKey` folds it.
    func form(of folded: String) -> String? {
        ordered.first { ExactText(ReactionKey.folded($0.key)) == ExactText(folded) }?.key
    }

    /// Whether one more user can choose this key.
    func hasRoom(for key: String) -> Bool { ordered.count < StoreLimits.reactionKeysMax || index(of: key) != nil }

    mutating func add(_ key: String, by user: UserID) {
        if let index = index(of: key) {
            if !ordered[index].users.contains(user) { ordered[index].users.append(user) }
        } else {
            ordered.append(Reaction(key: key, users: [user]))
        }
    }

    /// A key that nobody chooses any more is gone.
    mutating func remove(_ key: String, by user: UserID) {
        guard let index = index(of: key) else { return }
        ordered[index].users.removeAll { $0 == user }
        if ordered[index].users.isEmpty { ordered.remove(at: index) }
    }

    private func index(of key: String) -> Int? { ordered.firstIndex { ExactText($0.key) == ExactText(key) } }
}
