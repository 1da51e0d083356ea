internal import CZlib

/// One raw inflate stream of the system's zlib (RFC 1951).
///
/// Not safe to use from two threads at once; `MessageInflater` uses it only while it holds the one reference to it,
/// which is why it may be sent from thread to thread.
@safe final class Inflater: @unchecked Sendable {
    /// zlib remembers the address of its stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    private init(_ stream: UnsafeMutablePointer<z_stream>) { unsafe self.stream = stream }

    /// Always with the largest window, whatever was agreed on: with a smaller one zlib refuses a distance beyond it or
    /// not, depending on how the bytes are cut.
    ///
    /// - Returns: nil where there is no memory.
    convenience init?() {
        let stream = unsafe UnsafeMutablePointer<z_stream>.makeStream()
        // A negative number asks for the raw format. The version and size are checked by zlib.
        let status = unsafe inflateInit2_(
            stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
        unsafe self.init(stream)
    }

    deinit {
        // The stream was initialized in `init`, and nobody else has it.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// A stream in the same state; nil where there is no memory.
    func copy() -> Inflater? {
        let target = unsafe UnsafeMutablePointer<z_stream>.makeStream()
        guard unsafe inflateCopy(target, stream) == Z_OK else {
            unsafe target.deallocate()
            return nil
        }
        return unsafe Inflater(target)
    }

    /// Forgets everything.
    func reset() -> Bool { unsafe inflateReset(stream) == Z_OK }

    /// Goes on as if `history` had just come out.
    func resume(after history: [UInt8]) -> Bool {
        // zlib copies the bytes, at most 32 KiB of which are given.
        unsafe inflateSetDictionary(stream, history, UInt32(truncatingIfNeeded: history.count)) == Z_OK
    }

    /// Whether the stream is between two blocks and on a whole byte: the end of a message (RFC 7692 §7.2.2).
    ///
    /// zlib tells in `data_type`: 128 right after the end of a block, plus the number of unused bits.
    var isBetweenBlocks: Bool { unsafe stream.pointee.data_type & 0xBF == 128 }

    /// How a step ended.
    enum Step {
        /// All input is used, and there is no more output.
        case done
        /// There is more output than was allowed.
        case outputFull
        /// The input is no deflate data.
        case invalid
        case outOfMemory
    }

    /// Inflates all of `input` and appends what comes out, in growing chunks, until `bytes` holds `bytesMax`.
    func inflate(_ input: Span<UInt8>, into bytes: inout [UInt8], bytesMax: Int) -> Step {
        // The pointer to the input is used only inside the closure; zlib does not write through it.
        unsafe input.withUnsafeBufferPointer { input in
            unsafe stream.reading(input, count: UInt32(truncatingIfNeeded: input.count)) {
                inflateAll(from: input.count, into: &bytes, bytesMax: bytesMax)
            }
        }
    }

    private func inflateAll(from inputBytes: Int, into bytes: inout [UInt8], bytesMax: Int) -> Step {
        var chunk = min(max(256, inputBytes &* 4), 16_384)
        while true {
            let room = bytesMax &- bytes.count
            let (status, isFull) = room > 0 ? step(into: &bytes, chunk: min(chunk, room)) : probe()
            switch status {
            case Z_OK, Z_BUF_ERROR:
                if room <= 0, isFull { return .outputFull }
                if !isFull { return unsafe stream.pointee.avail_in == 0 ? .done : .invalid }
            case Z_STREAM_END:
                // A final block may stand inside a message (RFC 7692 §7.2.3.5); the window stays.
                guard unsafe inflateResetKeep(stream) == Z_OK else { return .invalid }
                if room <= 0, isFull { return .outputFull }
                if unsafe stream.pointee.avail_in == 0 { return .done }
            case Z_MEM_ERROR: return .outOfMemory
            default: return .invalid
            }
            chunk = min(chunk &* 2, 16_384)
        }
    }

    private func step(into bytes: inout [UInt8], chunk: Int) -> (Int32, isFull: Bool) {
        unsafe stream.step(into: &bytes, chunk: chunk) { unsafe CZlib.inflate($0, Z_SYNC_FLUSH) }
    }

    /// One call with room for a single byte that nobody keeps: is there more?
    private func probe() -> (Int32, isFull: Bool) {
        var byte: UInt8 = 0
        return unsafe withUnsafeMutablePointer(to: &byte) { pointer in
            unsafe stream.pointee.next_out = pointer
            unsafe stream.pointee.avail_out = 1
            let status = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
            unsafe stream.pointee.next_out = nil
            return (status, unsafe stream.pointee.avail_out == 0)
        }
    }
}
