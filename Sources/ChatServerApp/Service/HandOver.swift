import CEpoll
import ChatDomain
import Glibc
import Synchronization

/// Listening sockets on their way from a server to its successor, by `DIR/admin.sock`. The successor has them before the
/// server lets go of its own, so that whoever connects in between waits in their queues, and is refused by nobody.
final class HandOver: Sendable {
    /// A listening socket, and the place that it is for.
    struct Socket: Equatable, Sendable {
        var raw: Int32
        /// As `ListenPlace.key`.
        var key: String
    }

    /// What a successor says on `DIR/admin.sock`.
    static let request = Array(#"{"command":"listening sockets"}"#.utf8) + [UInt8(ascii: "\n")]

    private static let lineBytesMax = 512
    private static let countMax = 32 * 256
    private static let patienceSeconds = 5

    /// Descriptors of our own. They keep the queues alive, and so must not outlive the loops' ones here.
    private let sockets: Mutex<[Socket]>
    private let taken = Mutex(false)

    init(_ originals: [Socket]) {
        sockets = Mutex(
            originals.compactMap { original in
                let copy = fcntl(original.raw, F_DUPFD_CLOEXEC, 3)
                return copy >= 0 ? Socket(raw: copy, key: original.key) : nil
            })
    }

    /// Whether a successor has got them.
    var wasTaken: Bool { taken.withLock { $0 } }

    /// Gives all of them to whoever asks: a line each, and with it the socket; then an empty line.
    func give(to connection: borrowing UnixSocket) {
        let isWhole = sockets.withLock { sockets in
            for socket in sockets {
                let line = Array((socket.key + "\n").utf8)
                // The line is lent to the call.
                let sent = unsafe line.withUnsafeBytes {
                    unsafe chat_send_descriptor(connection.raw, $0.baseAddress, $0.count, socket.raw)
                }
                guard sent == line.count else { return false }
            }
            return !sockets.isEmpty
        }
        if connection.write([UInt8(ascii: "\n")]), isWhole { taken.withLock { $0 = true } }
    }

    /// Lets go of them: the successor has its own by now, or there is none.
    func close() {
        sockets.withLock { sockets in
            for socket in sockets { Glibc.close(socket.raw) }
            sockets = []
        }
    }

    /// Asks the server that runs in a directory for its sockets.
    ///
    /// - Returns: none where none runs, or where it is one that does not give any.
    static func fetch(from directory: String) -> [Socket] {
        guard let connection = try? UnixSocket.connect(to: directory + "/admin.sock") else { return [] }
        connection.setTimeout(seconds: patienceSeconds)
        guard connection.write(request) else { return [] }
        var found: [Int32] = []
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: lineBytesMax)
        while found.count <= countMax, text.count <= countMax * lineBytesMax {
            var raw: Int32 = -1
            // The kernel writes at most the chunk's count, and one number.
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe chat_receive_descriptor(connection.raw, $0.baseAddress, $0.count, &raw)
            }
            if raw >= 0 { found.append(raw) }
            guard count > 0 else { break }
            text += chunk[..<count]
            if text == [UInt8(ascii: "\n")] || text.suffix(2) == [UInt8(ascii: "\n"), UInt8(ascii: "\n")] { break }
        }
        let keys = text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        // Half of them would be none: what is in the queues of the others would wait for ever.
        guard keys.count == found.count, text.last == UInt8(ascii: "\n") else {
            for raw in found { Glibc.close(raw) }
            return []
        }
        return zip(found, keys).map { Socket(raw: $0, key: $1) }
    }
}
