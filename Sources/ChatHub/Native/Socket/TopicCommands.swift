import ChatDomain

/// Topics: what is published and not kept.
extension Native {
    func performTopic(
        _ command: ClientCommand, _ id: String, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        fail(id, .notSupported, on: connection, hub: hub)
    }
}
