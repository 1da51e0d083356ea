import ChatStore
import Foundation
import HTTPCore
import Testing

@testable import ChatDomain
@testable import ChatHub

/// `docs/openapi.json` and `docs/asyncapi.json` say all that the code does, and nothing else.
@Suite struct SpecificationTests {
    private static func document(_ name: String) throws -> JSONValue {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try JSONValue(parsing: Array(Data(contentsOf: root.appending(path: "docs/\(name)"))))
    }

    /// A path with its parameters' names left out.
    private static func normalized(_ method: String, _ pattern: String) -> String {
        "\(method.uppercased()) \(pattern.replacing(/\{\w+\}/, with: "{}"))"
    }

    @Test func everyRouteIsDescribed() throws {
        var described: Set<String> = []
        for path in try #require(try Self.document("openapi.json")["paths"]?.object) {
            for operation in path.value.object ?? [] {
                described.insert(Self.normalized(operation.key, path.key))
                #expect(operation.value["operationId"]?.string != nil, "\(operation.key) \(path.key)")
            }
        }
        let routes = Set(Site.describedRoutes.map { Self.normalized($0.method.name, $0.pattern) })
        #expect(routes.subtracting(described) == [], "openapi.json lacks these")
        #expect(described.subtracting(routes) == [], "openapi.json has these, and the server has not")
    }

    @Test func everyCommandIsDescribed() throws {
        let document = try Self.document("asyncapi.json")
        let messages = try #require(document["operations"]?["command"]?["messages"]?.array)
        let described = Set(messages.compactMap { $0["$ref"]?.string?.split(separator: "/").last.map(String.init) })
        #expect(described == Set(CommandType.allCases.map(\.rawValue)))
    }

    @Test func everyErrorCodeIsDescribed() throws {
        for name in ["openapi.json", "asyncapi.json"] {
            let codes = try Self.document(name)["components"]?["schemas"]?["ErrorCode"]?["enum"]?.array ?? []
            #expect(Set(codes.compactMap(\.string)) == Set(ErrorCode.allCases.map(\.rawValue)), "\(name)")
        }
    }

    @Test(arguments: Samples.events) func everyEventOfARoomIsDescribed(_ kind: EventKind) throws {
        let event = Event(logID: 1, room: RoomID(7), roomHandle: "r", offset: 3, at: Samples.time, kind: kind)
        try check(kind.name) { NativeJSON.append(event, epoch: Epoch(5), to: &$0) }
    }

    @Test(arguments: Samples.userEvents) func everyEventOfAUserIsDescribed(_ kind: UserEventKind) throws {
        let event = UserEvent(user: UserID(1), epoch: 5, offset: 3, at: Samples.time, kind: kind)
        try check(kind.name) { NativeJSON.append(event, to: &$0) }
    }

    /// The frame has all that the document requires, and nothing that it does not know.
    private func check(_ name: String, _ write: (inout JSONWriter) -> Void) throws {
        let messages = try Self.document("asyncapi.json")["components"]?["messages"]
        let payload = try #require(messages?[name]?["payload"], "asyncapi.json lacks \(name)")
        let frame = try JSONValue(parsing: NativeJSON.bytes(write))
        let keys = Set((frame.object ?? []).map(\.key))
        let required = Set((payload["required"]?.array ?? []).compactMap(\.string))
        let known = Set((payload["properties"]?.object ?? []).map(\.key))
        #expect(required.subtracting(keys) == [], "\(name) lacks these")
        #expect(keys.subtracting(known) == [], "asyncapi.json knows nothing of these in \(name)")
    }
}

/// One of each.
enum Samples {
    static let time = WallTime(milliseconds: 1_700_000_000_000)
    private static let ada = UserID(1)
    private static let room = Room(
        id: RoomID(7), handle: "r", kind: .group, name: "Room", createdAt: time, epoch: 5, isOpen: false)
    private static let message = Message(
        room: RoomID(7), seq: 2, author: ada, authorHandle: "u", key: MessageKey(high: 1, low: 2), text: "Hi",
        sentAt: time)

    static let events: [EventKind] = [
        .messageCreated(message), .messageEdited(message, by: ada), .messageDeleted(seq: 2, by: ada),
        .memberJoined(ada, role: .member, by: ada), .memberLeft(ada, by: nil), .memberKicked(ada, by: ada),
        .memberBanned(ada, by: ada), .memberRoleChanged(ada, role: .admin, by: ada),
        .reactionAdded(seq: 2, key: "x", by: ada), .reactionRemoved(seq: 2, key: "x", by: ada), .roomCreated(room),
        .messagePinned(seq: 2, by: ada), .messageUnpinned(seq: 2, by: ada),
        .roomUpdated(room, by: ada), .roomArchived(room, by: ada), .roomDeleted(by: ada), .messageConcealed(seq: 2),
    ]

    static let userEvents: [UserEventKind] = [
        .roomJoined(RoomID(7), nil), .roomLeft(RoomID(7), .left), .messageHidden(RoomID(7), seq: 2),
        .settingsUpdated(UserSettings()), .roomSettings(RoomID(7), .usual(in: .group)),
    ]

    /// Does not compile once there is another kind of event: give it a sample, and a place in asyncapi.json.
    private static func remind(_ event: EventKind, _ userEvent: UserEventKind) {
        switch event {
        case .messageCreated, .messageEdited, .messageDeleted, .memberJoined, .memberLeft, .memberKicked,
            .memberBanned, .memberRoleChanged, .reactionAdded, .reactionRemoved, .messagePinned, .messageUnpinned,
            .roomCreated, .roomUpdated, .roomArchived, .roomDeleted, .messageConcealed:
            break
        }
        switch userEvent {
        case .roomJoined, .roomLeft, .messageHidden, .settingsUpdated, .roomSettings: break
        }
    }
}
