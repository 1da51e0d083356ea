import ChatDomain

/// What is unique for ever about a message: its author's idempotency key.
struct SenderKey: Hashable, Sendable {
    let author: UserID
    let key: MessageKey
}

/// What a repeat of a message is answered from.
struct StoredReceipt: Equatable, Sendable {
    let body: BodyHash
    let room: RoomID
    let seq: Int64
    let offset: Int64

    /// The outcome of a draft with the same key.
    func outcome(for repeated: BodyHash) -> Outcome {
        guard body == repeated else { return .refused(.conflict) }
        return .sent(MessageReceipt(seq: seq, offset: offset, isDuplicate: true))
    }
}
