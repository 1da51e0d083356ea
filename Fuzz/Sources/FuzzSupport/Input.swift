/// The bytes of one run, taken from the front to steer it, the rest being what is fed.
public struct Input {
    public private(set) var rest: [UInt8]

    /// - Parameters: what libFuzzer passes.
    public init(_ start: UnsafePointer<UInt8>, _ count: Int) {
        // libFuzzer's buffer has `count` bytes for the length of the call, in which they are copied.
        rest = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    /// 0 where nothing is left.
    public mutating func byte() -> UInt8 { rest.isEmpty ? 0 : rest.removeFirst() }

    public mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = Array(rest.prefix(count))
        rest.removeFirst(taken.count)
        return taken
    }
}

/// The oracle's answer: ends the process, which libFuzzer reports together with the input.
public func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
