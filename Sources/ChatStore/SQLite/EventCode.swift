/// How an event's kind is written in the column `log.kind`. In files: never changed.
enum EventCode: Int64 {
    case messageCreated = 1
    case messageEdited = 2
    case messageDeleted = 3
    case memberJoined = 4
    case memberLeft = 5
    case roomCreated = 6
    case roomUpdated = 7
    case roomDeleted = 8
    case memberKicked = 9
    case memberBanned = 10
    case memberRoleChanged = 11
    case reactionAdded = 12
    case reactionRemoved = 13
    case roomArchived = 14
    case messagePinned = 20
    case messageUnpinned = 21
}

extension Event {
    var isMessage: Bool { if case .messageCreated = kind { true } else { false } }
}
