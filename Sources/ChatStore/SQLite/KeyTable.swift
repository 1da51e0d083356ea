import ChatDomain

/// The receipts of messages that the index has not come to yet, by idempotency key.
struct KeyTable {
    /// Who used the key; hardly ever more than one.
    private struct Holders {
        var author: UserID
        var receipt: StoredReceipt
        var others: [(author: UserID, receipt: StoredReceipt)] = []
    }

    private var holders: [MessageKey: Holders] = [:]

    func receipt(for sender: SenderKey) -> StoredReceipt? {
        guard let found = holders[sender.key] else { return nil }
        if found.author == sender.author { return found.receipt }
        return found.others.first { $0.author == sender.author }?.receipt
    }

    /// The number of the room's earliest message with this key, whoever its author is.
    func seq(of key: MessageKey, in room: RoomID) -> Int64? {
        guard let found = holders[key] else { return nil }
        var seqs = found.others.filter { $0.receipt.room == room }.map(\.receipt.seq)
        if found.receipt.room == room { seqs.append(found.receipt.seq) }
        return seqs.min()
    }

    /// Keeps the receipt of a key that is not known yet.
    mutating func insert(_ receipt: StoredReceipt, for sender: SenderKey) {
        let new = Holders(author: sender.author, receipt: receipt)
        // One look-up where the key is new, as nearly always.
        if var known = holders.updateValue(new, forKey: sender.key) {
            known.others.append((sender.author, receipt))
            holders[sender.key] = known
        }
    }

    mutating func remove(_ sender: SenderKey) {
        guard var found = holders[sender.key] else { return }
        if found.author != sender.author {
            found.others.removeAll { $0.author == sender.author }
        } else if let next = found.others.popLast() {
            found.author = next.author
            found.receipt = next.receipt
        } else {
            holders[sender.key] = nil
            return
        }
        holders[sender.key] = found
    }
}
