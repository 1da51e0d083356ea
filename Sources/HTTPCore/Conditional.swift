/// Conditional requests (RFC 9110 §13): whether a client's copy is still good, and whether its premise is.
enum Conditional {
    enum Judgement {
        case proceed
        /// 304: what the client has is current.
        case notModified
        /// 412: what the client believes of the resource is not so.
        case failed
    }

    /// The conditions in the order of RFC 9110 §13.2.2.
    ///
    /// - Parameters:
    ///   - etag: strong, in its quotes.
    ///   - lastModified: seconds since 1970; nil: not known.
    static func evaluate(_ headers: Headers, etag: String, lastModified: Int64?) -> Judgement {
        if let tags = headers["If-Match"] {
            guard matches(tags, etag, isStrong: true) else { return .failed }
        } else if let lastModified, let since = date(headers, "If-Unmodified-Since"), lastModified > since {
            return .failed
        }
        if let tags = headers["If-None-Match"] {
            return matches(tags, etag, isStrong: false) ? .notModified : .proceed
        }
        if let lastModified, let since = date(headers, "If-Modified-Since"), lastModified <= since {
            return .notModified
        }
        return .proceed
    }

    /// Whether a `Range` is to be honoured: without `If-Range`, or with one that names exactly what is here (§13.1.5).
    static func allowsRange(_ headers: Headers, etag: String, lastModified: Int64?) -> Bool {
        guard let value = headers["If-Range"] else { return true }
        if value.hasPrefix("\"") { return value == etag }
        guard let lastModified, let date = HTTPDate.parse(value) else { return false }
        return date == lastModified
    }

    /// Whether the list of entity tags names `etag`, or is "*". A tag may have commas in it, so the list is read by its
    /// quotes; from what is malformed on it names nothing more. A weak tag never matches a strong comparison.
    static func matches(_ list: String, _ etag: String, isStrong: Bool) -> Bool {
        let (bytes, wanted) = (list.utf8.span, etag.utf8.span)
        if list == "*" { return true }
        var index = 0
        while index < bytes.count {
            while index < bytes.count, ASCII.isWhitespace(bytes[index]) || bytes[index] == ASCII.comma { index += 1 }
            let isWeak = bytes.count - index >= 2 && bytes.equals(index..<index + 2, "W/".utf8.span)
            if isWeak { index += 2 }
            let start = index
            guard index < bytes.count, bytes[index] == ASCII.quote else { return false }
            index += 1
            while index < bytes.count, bytes[index] != ASCII.quote { index += 1 }
            guard index < bytes.count else { return false }
            index += 1
            if !(isStrong && isWeak), bytes.equals(start..<index, wanted) { return true }
        }
        return false
    }

    private static func date(_ headers: Headers, _ name: String) -> Int64? {
        headers[name].flatMap { HTTPDate.parse($0) }
    }
}
