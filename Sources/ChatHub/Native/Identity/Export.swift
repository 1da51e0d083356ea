import ChatDomain
import ChatStore
import HTTPCore

/// An export on its way: a page of what there is at a time, read when the client has taken the one before.
final class Export: AnswerStream {
    /// What is read first: if that cannot be, there is an error in place of an answer.
    struct Beginning: Sendable {
        var sessions: [SessionRecord]
        var blocks: [UserID]

        init(of user: UserID, _ reader: borrowing any ChatStoreReader) throws(StoreError) {
            sessions = try reader.sessions(of: user)
            blocks = try reader.blocks(by: user)
            // Whether they can be found at all.
            _ = try reader.messages(by: user, before: nil, limit: 1)
        }
    }

    /// What comes next.
    private enum Step {
        case rooms(isHidden: Bool, after: ListCursor?)
        case messages(before: Int64?)
        case end
        case over
    }

    private static let rowsPerPage = 100

    private let principal: Principal
    private let connection: Connection
    private var step = Step.rooms(isHidden: false, after: nil)
    /// Whether an entry of the list that is being written stands before the next.
    private var hasEntry = false

    init(_ principal: Principal, _ connection: Connection) {
        self.principal = principal
        self.connection = connection
    }

    func begin(with beginning: Beginning, _ call: RESTCall) {
        let hub = call.hub
        var response = Response(status: .ok)
        response.headers.set("Content-Type", "application/json; charset=utf-8")
        response.headers.set("Content-Disposition", "attachment; filename=\"export.json\"")
        response.headers.set("Cache-Control", "no-store")
        // Whoever asks for the head alone gets it at once.
        if call.request.method == .head { step = .end }
        guard hub.begin(self, response, for: call.request, to: connection) else { return left(hub: hub) }
        hub.write(head(beginning, hub: hub), to: connection)
    }

    func left(hub: Hub) {
        step = .over
        hub.native.exporting.remove(principal.id)
    }

    func hasRoom(_ connection: Connection, hub: Hub) {
        let user = principal.id
        switch step {
        case .rooms(let isHidden, let cursor):
            read(hub) { (reader: borrowing any ChatStoreReader) throws(StoreError) in
                try reader.listings(of: user, hidden: isHidden, after: cursor, limit: Self.rowsPerPage)
            } then: { page in
                self.rooms(page, isHidden: isHidden)
            }
        case .messages(let cursor):
            read(hub) { (reader: borrowing any ChatStoreReader) throws(StoreError) in
                try reader.messages(by: user, before: cursor, limit: Self.rowsPerPage)
            } then: { page in
                self.messages(page)
            }
        case .end:
            left(hub: hub)
            hub.finishStream(on: connection)
        case .over: break
        }
    }

    private func read<Page: Sendable>(
        _ hub: Hub, _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> Page,
        then write: @escaping (Page) -> [UInt8]
    ) {
        hub.read(body) { hub, result in
            if case .over = self.step { return }
            switch result {
            case .success(let page): hub.write(write(page), to: self.connection)
            case .failure: hub.breakStream(on: self.connection)
            }
        }
    }

    // MARK: Pieces

    /// The document up to the first room.
    private func head(_ beginning: Beginning, hub: Hub) -> [UInt8] {
        let bytes = NativeJSON.bytes { json in
            json.beginObject()
            json.member("exported_at", hub.wallTime)
            json.key("user")
            NativeJSON.appendOwn(principal.user, principal.settings, to: &json)
            json.key("sessions")
            json.beginArray()
            for session in beginning.sessions {
                NativeJSON.append(session, isCurrent: session.id == principal.session.id, to: &json)
            }
            json.endArray()
            json.key("blocks")
            NativeJSON.append(beginning.blocks, to: &json)
            json.endObject()
        }
        return Array(bytes.dropLast()) + Array(#","rooms":["#.utf8)
    }

    private func rooms(_ page: ListPage<RoomListing>, isHidden: Bool) -> [UInt8] {
        var bytes = entries(page.rows) { NativeJSON.append($0, to: &$1) }
        if let next = page.next {
            step = .rooms(isHidden: isHidden, after: next)
        } else if !isHidden {
            step = .rooms(isHidden: true, after: nil)
        } else {
            bytes += Array(#"],"messages":["#.utf8)
            hasEntry = false
            step = .messages(before: nil)
        }
        return bytes
    }

    private func messages(_ page: AuthoredPage) -> [UInt8] {
        var bytes = entries(page.messages) { NativeJSON.append($0, to: &$1) }
        if let next = page.nextCursor {
            step = .messages(before: next)
        } else {
            bytes += Array("]}".utf8)
            step = .end
        }
        return bytes
    }

    private func entries<Row>(_ rows: [Row], _ append: (Row, inout JSONWriter) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            if hasEntry { bytes.append(UInt8(ascii: ",")) }
            hasEntry = true
            bytes += NativeJSON.bytes { append(row, &$0) }
        }
        return bytes
    }
}
