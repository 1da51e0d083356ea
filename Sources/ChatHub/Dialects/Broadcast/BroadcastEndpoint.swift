import WSProtocol

/// A socket of a room of the raw broadcast dialect: what it says, all in the room get, itself included.
final class BroadcastEndpoint: Endpoint {
    static let kind = "broadcast"
    private let topic: Listeners

    init(_ topic: Listeners) { self.topic = topic }

    func entered(_ connection: Connection, hub: Hub) { hub.join(topic, connection) }

    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub) {
        hub.publish(to: topic) { FrameEncoder.append(kind.opcode, message, to: &$0) }
    }
}
