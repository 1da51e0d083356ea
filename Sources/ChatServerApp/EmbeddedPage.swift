/// A file of the folder `Web`, as the build has put it into the binary.
struct EmbeddedPage: Sendable {
    /// Relative to `Web`, as in `features/sign-in/sign-in.js`.
    let path: String
    let content: [UInt8]
    /// Compressed; nil where that is not shorter.
    let gzipped: [UInt8]?

    /// - Parameter gzipped: has a scalar for each byte.
    init(_ path: String, text: String, gzipped: String? = nil) {
        self.path = path
        content = Array(text.utf8)
        self.gzipped = gzipped.map(Self.bytes)
    }

    /// What is no text: it is taken to be compressed as it is.
    ///
    /// - Parameter bytes: has a scalar for each byte.
    init(_ path: String, bytes: String) {
        self.path = path
        content = Self.bytes(bytes)
        gzipped = nil
    }

    private static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
