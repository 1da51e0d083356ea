import ChatDomain
import ChatStore

/// A command of a socket on its way to an answer: an `ack` or an `error` with the command's `id`.
struct SocketCall: Call {
    /// The command's; nil where the client wants no answer, and gets none.
    let id: String?
    let session: NativeSession
    let connection: Connection
    let hub: Hub

    /// A socket that has gone, or whose session has ended, does nothing more.
    var isWelcome: Bool { session.isLive }

    var isAwaited: Bool { id != nil }

    /// The user behind the socket; there as long as it is live.
    var user: NativeUser? { session.user }

    /// Says that the command is done.
    func acknowledge(_ write: (inout JSONWriter) -> Void = { _ in }) {
        guard let id, isWelcome else { return }
        hub.native.acknowledge(id, on: connection, hub: hub, write)
    }

    func fail(_ problem: Problem) {
        fail(problem.code, problem.message, retryAfterMs: problem.retryAfterMs)
    }

    /// Says that the command is not done, and why.
    func fail(_ code: ErrorCode, _ sentence: String? = nil, retryAfterMs: Int64? = nil) {
        guard let id, isWelcome else { return }
        hub.native.fail(id, code, sentence, retryAfterMs: retryAfterMs, on: connection, hub: hub)
    }

    // MARK: Answers of what both doors do

    func answerDone() { acknowledge() }

    func answer(_ receipt: MessageReceipt, in room: RoomID) {
        acknowledge { json in
            json.member("room", room)
            json.member("seq", receipt.seq)
            json.member("offset", receipt.offset)
            json.member("duplicate", receipt.isDuplicate)
        }
    }

    func answer(_ change: MessageChange) {
        acknowledge { json in
            json.member("room", change.draft.room)
            json.member("seq", change.draft.seq)
            if case .changed(let message, let offset) = change.outcome {
                json.member("offset", offset)
                json.member("version", message.version)
            }
        }
    }
}
