import ChatDomain

extension Message {
    /// What deleting for all leaves of a message.
    mutating func erase() {
        text = ""
        mentions = []
        reactions = []
        isDeleted = true
    }
}

extension Event {
    /// Takes the text of a deleted message out of an event that carried it.
    mutating func eraseText() {
        switch kind {
        case .messageCreated(var message):
            message.erase()
            kind = .messageCreated(message)
        case .messageEdited(var message, let by):
            message.erase()
            kind = .messageEdited(message, by: by)
        default:
            break
        }
    }
}

extension User {
    /// What is left of an account that was deleted.
    mutating func erase() {
        username = User.deletedUsername
        phone = nil
        login = nil
        isAdmin = false
        isDeleted = true
    }

    static let deletedUsername = "Deleted user"
}
