internal import CZlib

/// What compressing and decompressing have in common: zlib's stream, which must not move, and its input and output.
extension UnsafeMutablePointer<z_stream> {
    /// A stream that zlib is still to set up.
    static func makeStream() -> Self {
        let stream = allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        return unsafe stream
    }

    /// Calls `body` with `input` as what is to be read next; zlib does not write through it.
    func reading<R>(_ input: UnsafeBufferPointer<UInt8>, count: UInt32, _ body: () -> R) -> R {
        unsafe pointee.next_in = UnsafeMutablePointer<UInt8>(mutating: input.baseAddress)
        unsafe pointee.avail_in = count
        defer {
            unsafe pointee.next_in = nil
            unsafe pointee.avail_in = 0
        }
        return body()
    }

    /// Makes one call with room for `chunk` bytes at the end of `bytes`; says whether the room was used up.
    func step(into bytes: inout [UInt8], chunk: Int, _ call: (Self) -> Int32) -> (Int32, isFull: Bool) {
        var status = Z_OK
        var isFull = false
        bytes.append(addingCapacity: chunk) { (output: inout OutputSpan<UInt8>) in
            // zlib writes at most `avail_out` bytes, and the count is what it wrote.
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                let room = Swift.min(buffer.count, chunk)
                unsafe pointee.next_out = buffer.baseAddress
                unsafe pointee.avail_out = UInt32(truncatingIfNeeded: room)
                status = unsafe call(self)
                let left = Int(unsafe pointee.avail_out)
                count = room &- left
                isFull = left == 0
                unsafe pointee.next_out = nil
            }
        }
        return (status, isFull)
    }
}
