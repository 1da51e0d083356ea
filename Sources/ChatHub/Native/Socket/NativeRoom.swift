import ChatDomain

/// A room that sockets of this loop are subscribed to, or are about to be.
final class NativeRoom {
    let id: RoomID
    /// Known once the store has answered the first subscription.
    var epoch: Epoch?
    /// What of the room's past its members may see, as of `heard`, or of when the store was asked; nil until it is known.
    var history: RoomHistory?
    /// The newest offset that this loop has been told of as committed.
    var heard: Int64 = 0
    var floors = Floors()
    /// Those who get the room's stream live.
    var topic: Listeners?
    var syncing: [StreamSync] = []

    init(id: RoomID) { self.id = id }

    /// Up to where a socket that is live has got the stream.
    func position(of connection: Connection) -> Int64 { max(heard, floors.offset(of: connection.id)) }

    var isUnused: Bool { topic == nil && syncing.isEmpty }
}
