import ChatDomain

/// What the server knows of one chat-app socket.
final class ChatAppSession {
    /// The first valid user that the socket named.
    var user: NamedUser?
    /// Its author's rate is limited.
    let isLimited: Bool
    /// Commands that wait for a look-up or for the author's rate, in order. While there are any, no more bytes are
    /// read, so that they are at most what one read has brought.
    var held: [HeldCommand] = []
    /// When the first held command may go on; nil where it waits for a look-up.
    var heldUntil: Instant?
    /// What happens while the list of the user's rooms is being looked up; nil when it is not.
    var lookup: RoomsLookup?
    /// The rooms that it has named, by their handles.
    private(set) var places: [RoomID: String] = [:]
    /// The socket has started typing somewhere: when it goes, this ends.
    var hasTyped = false

    init(isLimited: Bool) { self.isLimited = isLimited }

    /// The socket has named a room.
    ///
    /// - Returns: whether that is news. Beyond `max` rooms nothing is.
    func note(_ room: RoomID, handle: String, max: Int) -> Bool {
        guard places.count < max, places[room] == nil else { return false }
        places[room] = handle
        return true
    }

    struct NamedUser: Equatable {
        let id: UserID
        let handle: String
    }
}

/// A command, with what is known of the two it names.
struct HeldCommand {
    let command: ChatAppCommand
    var user = Resolution<UserID>.notAsked
    var room = Resolution<RoomID>.notAsked
    /// Whether its author may say it now.
    var token = Token.notAsked

    enum Token {
        case notAsked
        case asked
        case granted
    }
}

/// What a name stands for.
enum Resolution<ID: Equatable>: Equatable {
    case notAsked
    case known(ID)
    case unknown
}
