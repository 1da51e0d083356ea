import ChatDomain

/// A socket takes part in its user's rooms from the moment it has named the user; which they are is known a little
/// later. What happens in between is kept here.
struct RoomsLookup {
    /// Rooms that the user left.
    var left: Set<RoomID> = []
    /// Who came online: the rooms that the socket takes part in already have heard of it.
    var cameOnline: Set<UserID> = []
    /// What was said, in whatever room: frames, in order.
    private(set) var frames: [(room: RoomID, frame: [UInt8])] = []
    private var bytes = 0

    /// The user has become a member just now: what was said in the room before is not for it.
    mutating func joined(_ room: RoomID) {
        left.remove(room)
        frames.removeAll { $0.room == room }
    }

    /// Keeps a frame, unless there are too many already.
    mutating func hold(_ frame: [UInt8], of room: RoomID, bytesMax: Int) {
        guard bytes + frame.count <= bytesMax else { return }
        bytes += frame.count
        frames.append((room, frame))
    }
}
