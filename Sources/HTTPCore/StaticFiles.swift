/// The files of a site by their paths, held in memory: no path of a request ever reaches a file system.
public struct StaticFiles: Sendable {
    private var files: [String: StaticFile] = [:]

    public init() {}

    /// - Parameter files: by path, each beginning with "/" and not percent-encoded: "/js/app.js".
    public init(_ files: [String: StaticFile]) { self.files = files }

    public var count: Int { files.count }

    public subscript(_ path: String) -> StaticFile? {
        get { files[path] }
        set { files[path] = newValue }
    }

    /// Adds a file whose content type follows from its name, and its caching too: a name with a fingerprint is kept
    /// for good, others are asked for anew.
    ///
    /// - Parameter gzippedContent: the same, compressed beforehand, if that is worth it.
    public mutating func add(
        _ path: String, content: [UInt8], lastModified: Int64? = nil, gzippedContent: [UInt8]? = nil
    ) {
        files[path] = StaticFile(
            content: content, contentType: MIMETypes.contentType(ofPath: path),
            cacheControl: Self.isFingerprinted(path) ? StaticFile.immutable : StaticFile.revalidate,
            lastModified: lastModified, gzippedContent: gzippedContent)
    }

    /// Adds fields to every answer about the files that are there now.
    public mutating func addHeaders(_ headers: OutgoingHeaders) { files = files.mapValues { $0.adding(headers) } }

    /// The answer to a request for one of the files; nil: none of them, go on to what else there is, or to 404. A path
    /// that ends with "/" means the "index.html" there.
    public func response(for request: Request) -> Response? {
        guard let path = PercentCoding.decode(request.path) else { return nil }
        return files[path.hasSuffix("/") ? path + "index.html" : path]?.response(for: request)
    }

    /// Whether the name carries a fingerprint of the content, as build tools write it: "app.3f9a01bc.js",
    /// "app-3f9a01bc.css". Eight hexadecimal digits or more, one of them a number at least, between the name proper and
    /// the extension.
    public static func isFingerprinted(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "-" }
        guard parts.count >= 3, let end = parts.last, !end.isEmpty, name.hasSuffix("." + end) else { return false }
        let mark = parts[parts.count - 2].utf8
        return mark.count >= 8 && mark.allSatisfy { ASCII.hexValue($0) != nil } && mark.contains(where: ASCII.isDigit)
    }
}
