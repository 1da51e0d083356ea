import CZlib

/// Decodes a body that is compressed with gzip (RFC 1952) or deflate in zlib's wrapper (RFC 1950), as it comes.
///
/// Belongs to one connection, and so to one thread.
@safe final class GzipInflater {
    /// zlib remembers the address of its stream, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Why nothing more can be decoded.
    enum Failure: Error, Equatable {
        /// It is none of the formats, or damaged.
        case invalid
        /// It would become longer than allowed.
        case tooLarge
    }

    /// nil where there is no memory.
    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 32 more than the window's bits ask zlib to tell the format from the head.
        guard unsafe inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            unsafe stream.deallocate()
            return nil
        }
    }

    deinit {
        // The stream was initialised in `init`, and nobody else has it.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// What `input` becomes, behind all before.
    ///
    /// - Parameter bytesMax: how long that may be.
    func inflate(_ input: Span<UInt8>, bytesMax: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var failure: Failure?
        // The pointer to the input is used only inside the closure; zlib does not write through it.
        unsafe input.withUnsafeBufferPointer { input in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(truncatingIfNeeded: input.count)
            failure = inflateAll(into: &bytes, bytesMax)
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.avail_in = 0
        }
        if let failure { throw failure }
        return bytes
    }

    private func inflateAll(into bytes: inout [UInt8], _ bytesMax: Int) -> Failure? {
        while true {
            let (status, isFull) = step(into: &bytes)
            guard bytes.count <= bytesMax else { return .tooLarge }
            switch status {
            case Z_OK, Z_BUF_ERROR:
                if !isFull { return nil }
            case Z_STREAM_END:
                // What follows is another member (RFC 1952 §2.2).
                guard unsafe inflateReset(stream) == Z_OK else { return .invalid }
                if unsafe stream.pointee.avail_in == 0 { return nil }
            default: return .invalid
            }
        }
    }

    /// One call, with room for a chunk at the end of `bytes`; says whether the room was used up.
    private func step(into bytes: inout [UInt8]) -> (Int32, isFull: Bool) {
        let chunk = 16_384
        var status = Z_OK
        var isFull = false
        bytes.append(addingCapacity: chunk) { (output: inout OutputSpan<UInt8>) in
            // zlib writes at most `avail_out` bytes, and the count is what it wrote.
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                let room = min(buffer.count, chunk)
                unsafe stream.pointee.next_out = buffer.baseAddress
                unsafe stream.pointee.avail_out = UInt32(truncatingIfNeeded: room)
                status = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
                let left = Int(unsafe stream.pointee.avail_out)
                count = room - left
                isFull = left == 0
                unsafe stream.pointee.next_out = nil
            }
        }
        return (status, isFull)
    }
}
