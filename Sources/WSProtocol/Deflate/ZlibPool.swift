internal import Synchronization

/// A few idle zlib streams of the process, for connections that keep none: making one costs more than
/// compressing a chat message with it.
enum ZlibPool {
    /// How many idle streams of each kind are kept: about 300 KiB for a pair.
    private static let idleMax = 8
    private static let inflaters = Mutex<[Inflater]>([])
    private static let deflaters = Mutex<[Deflater]>([])

    /// A stream without a history; nil where there is no memory.
    static func inflater() -> Inflater? {
        if let idle = inflaters.withLock({ $0.popLast() }), idle.reset() { return idle }
        return Inflater()
    }

    /// - Parameter stream: one that nobody else refers to.
    static func giveBack(_ stream: sending Inflater) {
        inflaters.withLock { if $0.count < idleMax { $0.append(stream) } }
    }

    /// A stream without a history; nil where there is no memory, or the window is one that zlib cannot make.
    static func deflater(windowBits: Int, level: Int) -> Deflater? {
        let idle = deflaters.withLock { idle in
            idle.lastIndex { $0.windowBits == windowBits && $0.level == level }.map { idle.remove(at: $0) }
        }
        if let idle, idle.reset() { return idle }
        return Deflater(windowBits: windowBits, level: level)
    }

    /// - Parameter stream: one that nobody else refers to.
    static func giveBack(_ stream: sending Deflater) {
        deflaters.withLock { idle in
            if idle.count >= idleMax { idle.removeFirst() }
            idle.append(stream)
        }
    }
}
