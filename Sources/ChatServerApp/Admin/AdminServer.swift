import ChatDomain
import ChatHub
import ChatStore
import Glibc
import Synchronization

/// The running server's end of `DIR/admin.sock`: one thread that takes one command at a time.
final class AdminServer: Sendable {
    private let path: String
    private let listener: UnixSocket
    /// The connection that is served; nil for none, so that whoever ends the server can end it too.
    private let current = Mutex<Int32?>(nil)

    private static let requestBytesMax = 65_536
    private static let patienceSeconds = 5

    /// - Parameter directory: held by this process.
    init(directory: String) throws(StartError) {
        path = directory + "/admin.sock"
        listener = try UnixSocket.listen(at: path)
        FileOwner(of: directory)?.take(path: path)
    }

    /// Serves until told to stop.
    ///
    /// - Parameter handOver: what a successor gets.
    func run(_ desk: AdminDesk, handOver: HandOver) {
        while let connection = listener.accept() {
            connection.setTimeout(seconds: Self.patienceSeconds)
            current.withLock { $0 = connection.raw }
            if let line = connection.readLine(bytesMax: Self.requestBytesMax) {
                if line + [UInt8(ascii: "\n")] == HandOver.request {
                    handOver.give(to: connection)
                } else {
                    connection.write(desk.answer(line))
                }
            }
            current.withLock { $0 = nil }
        }
    }

    /// Has `run` return as soon as the command that is carried out is.
    func stop() {
        // The path is lent to the call.
        unsafe unlink(path)
        UnixSocket.end(listener.raw)
        current.withLock { if let raw = $0 { UnixSocket.end(raw) } }
    }
}

extension AdminDesk {
    /// One whose drafts go by the first loop to the writer, as those of requests do.
    convenience init(reader: any ChatStoreReader, passwords: PasswordDesk, loop: LoopMailbox) {
        self.init(reader: reader, passwords: passwords) { (draft) throws(AdminProblem) in
            let answer = Mailbox<Outcome>(isBlocking: true)
            loop.post(.hub(.service(.order(draft) { answer.post($0) })))
            guard let outcome = answer.wait().first else { throw AdminProblem("The server has not answered.") }
            return outcome
        }
    }
}
