import ChatDomain

/// What dialects do to users.
extension MemoryState {
    mutating func createUser(_ new: NewUser) throws(Refusal) -> Outcome {
        if let phone = new.phone, user(phone: phone) != nil { throw .phoneTaken }
        guard !isHandleTaken(new.handle) else { throw .handleTaken }
        return .user(
            addUser(
                handle: new.handle, username: new.username, phone: new.phone, isOpen: new.isOpen,
                account: MemoryAccount(credential: nil, epoch: 0)))
    }

    mutating func renameUser(_ id: UserID, to username: String) throws(Refusal) -> Outcome {
        guard var user = liveUser(id) else { throw .unknownUser }
        user.username = username
        update(user)
        return .user(user)
    }

    mutating func deleteUser(_ id: UserID) throws(Refusal) -> Outcome {
        guard let user = liveUser(id) else { throw .unknownUser }
        erase(user)
        return .done
    }

    func openUsers(limit: Int) -> [User] { Array(liveUsers.lazy.filter(\.isOpen).prefix(max(limit, 0))) }
}
