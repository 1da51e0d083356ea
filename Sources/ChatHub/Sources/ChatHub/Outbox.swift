/// The bytes that wait to be written to one connection: chunks that may be shared with other connections, and a tail
/// of its own for small answers. An empty outbox holds no memory.
public struct Outbox {
    /// How many bytes wait.
    public private(set) var byteCount = 0

    /// The first chunk, of which `headOffset` bytes are written already.
    private var head: [UInt8] = []
    private var headOffset = 0
    private var queue: [[UInt8]] = []
    /// Bytes of this connection alone, written after all chunks; a shared chunk closes it.
    private var tail: [UInt8] = []

    public init() {}

    public var isEmpty: Bool { byteCount == 0 }

    /// Appends a chunk that others may hold as well: it is not copied.
    mutating func append(_ chunk: [UInt8]) {
        guard !chunk.isEmpty else { return }
        closeTail()
        push(chunk)
        byteCount += chunk.count
    }

    /// Appends what `write` appends to the bytes it is given.
    mutating func append(_ write: (inout [UInt8]) -> Void) {
        let before = tail.count
        write(&tail)
        byteCount += tail.count - before
    }

    /// Makes room for that many bytes of the connection's own, so that appending them in pieces takes memory once.
    mutating func reserve(_ count: Int) {
        if tail.isEmpty { tail.reserveCapacity(count) }
    }

    /// Drops everything that was not begun to be written, so that what follows starts at the start of a frame.
    mutating func dropUnstarted() {
        queue = []
        tail = []
        if headOffset == 0 { head = [] }
        byteCount = head.count - headOffset
    }

    /// Whether a single piece holds all that waits, so that it can be written without being gathered.
    public var isContiguous: Bool { queue.isEmpty && (head.isEmpty || tail.isEmpty) }

    /// Calls `body` with all that waits. Only for a contiguous outbox.
    public func withContiguous<R>(_ body: (borrowing Span<UInt8>) -> R) -> R {
        head.isEmpty ? body(tail.span) : body(head.span.extracting(droppingFirst: headOffset))
    }

    /// Copies the first bytes that wait, at most `bytesMax`, into `scratch`, replacing what it held.
    public func gather(into scratch: inout [UInt8], bytesMax: Int) {
        scratch.removeAll(keepingCapacity: true)
        var room = bytesMax
        appendPrefix(of: head, from: headOffset, to: &scratch, room: &room)
        for chunk in queue where room > 0 { appendPrefix(of: chunk, from: 0, to: &scratch, room: &room) }
        if room > 0 { appendPrefix(of: tail, from: 0, to: &scratch, room: &room) }
    }

    /// Forgets the first `count` bytes: they are written.
    public mutating func consume(_ count: Int) {
        var left = min(count, byteCount)
        byteCount -= left
        if byteCount == 0 {
            clear()
            return
        }
        var passed = 0
        while left > 0 {
            if head.isEmpty {
                head = tail
                tail = []
            }
            let rest = head.count - headOffset
            guard left >= rest else {
                headOffset += left
                break
            }
            left -= rest
            headOffset = 0
            if passed < queue.count {
                head = queue[passed]
                passed += 1
            } else {
                head = []
            }
        }
        if passed > 0 { queue.removeFirst(passed) }
    }

    private mutating func clear() {
        head = []
        headOffset = 0
        queue = []
        tail = []
    }

    private mutating func closeTail() {
        guard !tail.isEmpty else { return }
        push(tail)
        tail = []
    }

    private mutating func push(_ chunk: [UInt8]) {
        if head.isEmpty { head = chunk } else { queue.append(chunk) }
    }
}

private func appendPrefix(of chunk: [UInt8], from start: Int, to scratch: inout [UInt8], room: inout Int) {
    let count = min(chunk.count - start, room)
    guard count > 0 else { return }
    scratch.append(contentsOf: chunk[start..<start + count])
    room -= count
}
