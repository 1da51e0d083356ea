/// The socket of a registered client.
final class RelaySession {
    let id: RelayID
    let user: Int64
    /// What it has registered with, until the socket is open.
    var topicsAtFirst: Set<String>
    var topics: Set<String> = []
    /// Which of them the item `lastItem` of a feed has matched.
    var matches: [Int] = []
    var lastItem: UInt64 = 0

    init(id: RelayID, registration: RelayRegistration) {
        self.id = id
        user = registration.user
        topicsAtFirst = registration.topics
    }
}

/// A request for a client's socket, while the home is asked whether there is such a client.
struct RelayClaim {
    /// The handshake is in order: if there is such a client, the socket is its own.
    let takes: Bool
    /// The client has been forgotten meanwhile.
    var isCancelled = false
}
