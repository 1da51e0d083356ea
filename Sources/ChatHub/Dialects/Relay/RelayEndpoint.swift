import WSProtocol

extension RelaySession: Endpoint {
    static let kind = "relay"

    func entered(_ connection: Connection, hub: Hub) { hub.relay.entered(self, connection, hub: hub) }

    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub) {
        if kind == .text { hub.relay.received(message, self, connection, hub: hub) }
    }

    func left(_ connection: Connection, hub: Hub) {
        hub.leaveAll(connection)
        hub.relay.left(self, connection, hub: hub)
    }
}

extension Connection {
    /// What is known of the socket, if it is one of the relay.
    var relaySession: RelaySession? { endpoint as? RelaySession }
}
