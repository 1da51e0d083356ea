import ChatDomain
import ChatStore
import WSProtocol

/// Frames that answer one socket.
extension Native {
    /// Sends one frame of JSON to one socket.
    func send(to connection: Connection, hub: Hub, _ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter(appendingTo: scratch)
        scratch = []
        write(&json)
        var bytes = json.takeBytes()
        hub.enqueueText(bytes.span, to: connection)
        bytes.removeAll(keepingCapacity: true)
        if bytes.capacity <= 65_536 { scratch = bytes }
    }

    /// Says that a command is done.
    func acknowledge(
        _ id: String, on connection: Connection, hub: Hub, _ write: (inout JSONWriter) -> Void = { _ in }
    ) {
        send(to: connection, hub: hub) { json in
            json.beginObject()
            json.member("type", "ack")
            json.member("id", id)
            write(&json)
            json.endObject()
        }
    }

    /// Says that a command is not done, and why.
    func fail(
        _ id: String?, _ code: ErrorCode, _ sentence: String? = nil, retryAfterMs: Int64? = nil,
        on connection: Connection, hub: Hub
    ) {
        hub.counters.errors[code, default: 0] += 1
        send(to: connection, hub: hub) { json in
            json.beginObject()
            json.member("type", "error")
            json.key("id")
            if let id { json.value(id) } else { json.null() }
            NativeJSON.appendError(code, sentence, retryAfterMs: retryAfterMs, to: &json)
            json.member("temporary", code.isTemporary)
            json.endObject()
        }
    }

    func close(_ connection: Connection, _ reason: CloseReason, hub: Hub) {
        hub.closeSocket(connection, CloseCode(reason.rawValue), reason: reason.phrase)
    }
}

extension Hub {
    /// Appends a text message to a connection's outbox, or ends a connection that takes too little.
    func enqueueText(_ text: Span<UInt8>, to connection: Connection) {
        guard case .none = connection.ending else { return }
        guard connection.outbox.byteCount + text.count + 10 <= limits.queueBytesMax else {
            cutSlowConsumer(connection)
            return
        }
        connection.outbox.append { FrameEncoder.append(.text, text, to: &$0) }
        list(connection)
    }
}
