import ChatDomain

/// Typing, receipts and presence.
extension Native {
    func performState(
        _ command: ClientCommand, _ id: String?, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        guard let id else { return }
        fail(id, .notSupported, on: connection, hub: hub)
    }
}
