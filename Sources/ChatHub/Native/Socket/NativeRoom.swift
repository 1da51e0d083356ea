import ChatDomain

/// A room that sockets of this loop are subscribed to, or are about to be.
final class NativeRoom {
    let id: RoomID
    /// Known once the store has answered the first subscription.
    var epoch: Epoch?
    /// The newest offset that this loop knows of.
    var head: Int64 = 0
    /// Those who get the room's stream live.
    var topic: Topic?
    var syncing: [StreamSync] = []

    init(id: RoomID) { self.id = id }

    var isUnused: Bool { topic == nil && syncing.isEmpty }
}
