/// What connections do once they are open. The driver calls it, and sends what it has queued on the clients that it
/// names in `dirty`.
protocol Workload: AnyObject {
    /// Clients on which something was queued since the driver looked last.
    var dirty: [Client] { get set }
    /// A client's handshake has succeeded.
    func opened(_ client: Client, atUs now: Int)
    /// A whole message has come.
    func received(_ message: Span<UInt8>, by client: Client, atUs now: Int)
    /// How long it can wait for the next `finishTurn`, in milliseconds.
    var turnMsMax: Int { get }
    /// All that had come has been dealt with: the time to send.
    func finishTurn(atUs now: Int)
    /// A client is no longer open; `isClean` if by the close handshake that it began.
    func ended(_ client: Client, isClean: Bool)
}

extension Workload {
    var turnMsMax: Int { .max }

    /// Names the client as one with something to send.
    func touch(_ client: Client) {
        if client.isDirty { return }
        client.isDirty = true
        dirty.append(client)
    }
}
