import CZlib

/// The compressed variants of pages: of those built in, made by the build; of others, when the server starts.
public enum Gzip {
    private static let level: Int32 = 9
    /// 15 bits of window, and 16 for the gzip format instead of zlib's. No time is in it: the same in every process.
    private static let windowBits: Int32 = 15 + 16

    /// The content as gzip; nil where that is not shorter.
    public static func shorter(_ content: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        // The version and size are checked by zlib; the stream stays where it is until its end.
        return unsafe withUnsafeMutablePointer(to: &stream) { stream in
            let size = unsafe Int32(MemoryLayout<z_stream>.size)
            guard
                unsafe deflateInit2_(stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
                    == Z_OK
            else { return nil }
            defer { unsafe deflateEnd(stream) }
            guard let count = UInt32(exactly: content.count), count > 0 else { return nil }
            var isDone = false
            // zlib reads `avail_in` bytes of the content, and writes at most `avail_out`, which is too few for what is
            // not shorter.
            let compressed = unsafe [UInt8](unsafeUninitializedCapacity: content.count) { output, written in
                unsafe content.withUnsafeBufferPointer { input in
                    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                    unsafe stream.pointee.avail_in = count
                    unsafe stream.pointee.next_out = output.baseAddress
                    unsafe stream.pointee.avail_out = count - 1
                    isDone = unsafe deflate(stream, Z_FINISH) == Z_STREAM_END
                    written = unsafe Int(count - 1 - stream.pointee.avail_out)
                }
            }
            return isDone ? compressed : nil
        }
    }

    /// Whether contents of that type get shorter at all; pictures and archives are compressed as they are.
    public static func isWorthwhile(contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }
        if type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("+xml") { return true }
        return ["application/wasm", "font/ttf", "font/otf", "image/vnd.microsoft.icon"].contains(String(type))
    }
}
