import ChatDomain
import WSProtocol

extension ChatAppSession: Endpoint {
    static let kind = "chat-app"

    func entered(_ connection: Connection, hub: Hub) { hub.chatApp.entered(connection, hub: hub) }

    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub) {
        if kind == .text { hub.chatApp.received(message, self, connection, hub: hub) }
    }

    func deadlineCame(_ socket: Socket, _ connection: Connection, hub: Hub) {
        hub.keepAlive(socket, connection)
        guard case .webSocket = connection.phase else { return }
        hub.chatApp.timeCame(for: self, connection, hub: hub)
    }

    func left(_ connection: Connection, hub: Hub) {
        hub.leaveAll(connection)
        hub.chatApp.left(self, connection, hub: hub)
    }
}

extension Connection {
    /// What is known of the socket, if it is one of the chat-app dialect.
    var chatAppSession: ChatAppSession? { endpoint as? ChatAppSession }

    /// The user behind the connection, as far as it has said.
    var user: UserID? { chatAppSession?.user?.id }
}
