/// The cookies of a request (RFC 6265 §5.4): a list of names and values without their attributes. Whoever controls a
/// neighbouring name of the domain can add some, so trust a session only by a name that begins with `__Host-`.
public struct Cookies: Sendable {
    /// More than these are not read.
    public static let countMax = 100

    public private(set) var pairs: [(name: String, value: String)] = []

    public init(_ headers: Headers) {
        for value in headers.values(of: "Cookie") { read(value.utf8.span) }
    }

    /// The value of the first cookie of that name, as it came: nothing is decoded. Names have a case.
    public subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    public func values(of name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    private mutating func read(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count, pairs.count < Self.countMax {
            var end = start
            while end < bytes.count, bytes[end] != ASCII.semicolon { end += 1 }
            var mark = start
            while mark < end, bytes[mark] != ASCII.equals { mark += 1 }
            let name = bytes.trimmed(start..<mark)
            if mark < end, !name.isEmpty {
                var value = bytes.trimmed(mark + 1..<end)
                if value.count >= 2, bytes[value.lowerBound] == ASCII.quote, bytes[value.upperBound - 1] == ASCII.quote
                {
                    value = value.lowerBound + 1..<value.upperBound - 1
                }
                pairs.append((bytes.string(name), bytes.string(value)))
            }
            start = end + 1
        }
    }
}

/// A cookie to be set (RFC 6265 §4.1). As it is made it is safe: `HttpOnly`, `Secure`, `SameSite=Lax`, for this host
/// only; what is to be weaker is said.
public struct SetCookie: Sendable {
    public enum SameSite: String, Sendable { case strict = "Strict", lax = "Lax", none = "None" }

    public var name: String
    public var value: String
    public var path = "/"
    /// nil: this host only, not those below it.
    public var domain: String?
    /// nil: until the browser ends; 0: remove it.
    public var maxAgeSeconds: Int?
    public var isSecure = true
    public var isHTTPOnly = true
    public var sameSite = SameSite.lax

    public init(name: String, value: String, maxAgeSeconds: Int? = nil) {
        self.name = name
        self.value = value
        self.maxAgeSeconds = maxAgeSeconds
    }

    /// The value of a `Set-Cookie` field; nil if a browser would not take the cookie, or take another: a name that is
    /// no token, a value with other than its allowed characters (encode it), a path or domain that ends the attribute,
    /// a prefix whose conditions are not met (`__Host-`: secure, path "/", no domain; `__Secure-`: secure), or
    /// `SameSite=None` without `Secure`.
    public var fieldValue: String? {
        guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken), value.utf8.allSatisfy(Self.isValueByte),
            path.hasPrefix("/"), path.utf8.allSatisfy(Self.isAttributeByte),
            domain?.utf8.allSatisfy(Self.isAttributeByte) != false
        else { return nil }
        let prefix = name.lowercased()
        if prefix.hasPrefix("__host-"), !isSecure || path != "/" || domain != nil { return nil }
        if prefix.hasPrefix("__secure-"), !isSecure { return nil }
        if sameSite == .none, !isSecure { return nil }

        var text = "\(name)=\(value); Path=\(path)"
        if let domain { text += "; Domain=\(domain)" }
        if let maxAgeSeconds { text += "; Max-Age=\(max(maxAgeSeconds, 0))" }
        if isSecure { text += "; Secure" }
        if isHTTPOnly { text += "; HttpOnly" }
        return text + "; SameSite=\(sameSite.rawValue)"
    }

    /// `cookie-octet`: visible, but for the quote, the comma, the semicolon and the backslash.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        byte &- 0x21 < 0x5E && byte != ASCII.quote && byte != ASCII.comma && byte != ASCII.semicolon
            && byte != ASCII.backslash
    }

    private static func isAttributeByte(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != ASCII.semicolon
    }
}

extension Response {
    /// Adds the cookie; false if it is one that no browser would take (see `SetCookie.fieldValue`).
    @discardableResult
    public mutating func setCookie(_ cookie: SetCookie) -> Bool {
        guard let value = cookie.fieldValue else { return false }
        return headers.append("Set-Cookie", value)
    }
}
