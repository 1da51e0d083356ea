internal import CZlib

/// One raw deflate stream of the system's zlib (RFC 1951).
///
/// Not safe to use from two threads at once; it is used only by who holds the one reference to it, which is why it may
/// be sent from thread to thread.
@safe final class Deflater: @unchecked Sendable {
    /// zlib remembers the address of its stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    let windowBits: Int
    let level: Int

    private init(_ stream: UnsafeMutablePointer<z_stream>, windowBits: Int, level: Int) {
        unsafe self.stream = stream
        self.windowBits = windowBits
        self.level = level
    }

    /// - Parameters:
    ///   - windowBits: 9 to 15: zlib has no raw deflate with 8.
    ///   - level: 1 to 9.
    /// - Returns: nil where there is no memory.
    convenience init?(windowBits: Int, level: Int) {
        guard windowBits >= 9 else { return nil }
        let stream = unsafe UnsafeMutablePointer<z_stream>.makeStream()
        // A negative number asks for the raw format; 8 is zlib's own choice of memory. The version and size are
        // checked by zlib.
        let status = unsafe deflateInit2_(
            stream, Int32(level), Z_DEFLATED, -Int32(windowBits), 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        unsafe self.init(stream, windowBits: windowBits, level: level)
    }

    deinit {
        // The stream was initialized in `init`, and nobody else has it.
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// A stream in the same state; nil where there is no memory.
    func copy() -> Deflater? {
        let target = unsafe UnsafeMutablePointer<z_stream>.makeStream()
        guard unsafe deflateCopy(target, stream) == Z_OK else {
            unsafe target.deallocate()
            return nil
        }
        return unsafe Deflater(target, windowBits: windowBits, level: level)
    }

    /// Forgets everything.
    func reset() -> Bool { unsafe deflateReset(stream) == Z_OK }

    /// Appends `input` as a compressed payload, without the four bytes that end every such payload (RFC 7692 §7.2.1).
    ///
    /// - Returns: false where zlib failed; `bytes` is as before then, and the stream is void.
    func deflate(_ input: Span<UInt8>, to bytes: inout [UInt8]) -> Bool {
        let start = bytes.count
        // The pointer to the input is used only inside the closure; zlib does not write through it.
        let isDone = unsafe input.withUnsafeBufferPointer { input in
            guard let size = UInt32(exactly: input.count) else { return false }
            let chunk = min(max(64, input.count / 2), 65_536)
            return unsafe stream.reading(input, count: size) {
                while true {
                    let (status, isFull) = unsafe stream.step(into: &bytes, chunk: chunk) {
                        unsafe CZlib.deflate($0, Z_SYNC_FLUSH)
                    }
                    guard status == Z_OK || status == Z_BUF_ERROR else { return false }
                    if !isFull { return true }
                }
            }
        }
        guard isDone, bytes.count - start >= 4 else {
            bytes.removeLast(bytes.count - start)
            return false
        }
        bytes.removeLast(4)
        return true
    }
}
