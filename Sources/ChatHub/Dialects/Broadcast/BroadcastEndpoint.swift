import ChatDomain
import HTTPCore
import WSProtocol

/// A socket of a room of the raw broadcast dialect: what it says, all in the room get, itself included.
final class BroadcastEndpoint: Endpoint {
    static let kind = "broadcast"
    static let routes: [Route] = [
        .open(.get, "/broadcast") { call in open(room: "", call) },
        .open(.get, "/broadcast/{room}") { call throws(Problem) in
            let room = call.parameter("room")
            guard room.utf8.count <= 255 else { throw Problem(.notFound, "A room's name has at most 255 bytes.") }
            open(room: room, call)
        },
    ]

    private let listeners: Listeners

    private static func open(room: String, _ call: RESTCall) {
        call.upgrade { _ in BroadcastEndpoint(call.hub.listeners(of: .broadcast(room))) }
    }

    init(_ listeners: Listeners) { self.listeners = listeners }

    func entered(_ connection: Connection, hub: Hub) { hub.join(listeners, connection) }

    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub) {
        hub.publish(to: listeners) { FrameEncoder.append(kind.opcode, message, to: &$0) }
    }
}
