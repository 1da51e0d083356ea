/// One field line: where its name and its value lie within the bytes of the head.
struct FieldSlice: Sendable {
    var name: ByteRange32
    var value: ByteRange32
}

/// The field lines of a message that was read. They stay the bytes that came, with a table of where each lies: two
/// arrays a message, and a `String` only for what is asked for.
///
/// Names are compared whatever their case. Text that is not UTF-8 shows U+FFFD.
public struct Headers: Sendable {
    /// The whole head, from its first line to the empty line.
    let bytes: [UInt8]
    let fields: [FieldSlice]

    init(bytes: [UInt8], fields: [FieldSlice]) {
        self.bytes = bytes
        self.fields = fields
    }

    /// How many field lines there are.
    public var count: Int { fields.count }

    /// The value of the field; of a repeated field, the values joined by ", " (RFC 9110 §5.3). Do not use it for
    /// `Set-Cookie`, which cannot be joined: see `values(of:)`.
    public subscript(_ name: String) -> String? {
        var joined: String?
        forEachSlice(of: name) { slice in
            let value = bytes.span.string(slice.value.range)
            if let before = joined { joined = before + ", " + value } else { joined = value }
        }
        return joined
    }

    /// The value of each line of that name, in order.
    public func values(of name: String) -> [String] {
        var values: [String] = []
        forEachSlice(of: name) { values.append(bytes.span.string($0.value.range)) }
        return values
    }

    public func contains(_ name: String) -> Bool { firstSlice(of: name) != nil }

    /// How many lines have that name.
    public func count(of name: String) -> Int {
        var count = 0
        forEachSlice(of: name) { _ in count += 1 }
        return count
    }

    /// Whether `token` is a member of the field's list (RFC 9110 §5.6.1), over all its lines and whatever the case:
    /// `Connection: keep-alive, Upgrade` has the token `upgrade`. Allocates nothing.
    public func hasToken(_ token: String, in name: String) -> Bool {
        var isFound = false
        forEachSlice(of: name) { slice in
            isFound = isFound || bytes.span.listContains(token.utf8.span, in: slice.value.range)
        }
        return isFound
    }

    /// Whether the field's list has no element (RFC 9110 §5.6.1.2): it is not there, or holds nothing but commas.
    public func isEmptyList(_ name: String) -> Bool {
        var isEmpty = true
        forEachSlice(of: name) { slice in
            for index in slice.value.range {
                let byte = bytes[index]
                if byte != ASCII.comma, !ASCII.isWhitespace(byte) { isEmpty = false }
            }
        }
        return isEmpty
    }

    /// Whether the field is there once and its value is `value`, whatever the case. Allocates nothing.
    public func equals(_ name: String, _ value: String) -> Bool {
        guard count(of: name) == 1, let slice = firstSlice(of: name) else { return false }
        return bytes.span.equalsCaseless(slice.value.range, value.utf8.span)
    }

    /// The names in the order and case in which they came, repeated ones repeated.
    public var names: [String] { fields.map { bytes.span.string($0.name.range) } }

    /// Every line in order.
    public func forEach(_ body: (_ name: String, _ value: String) -> Void) {
        for slice in fields { body(bytes.span.string(slice.name.range), bytes.span.string(slice.value.range)) }
    }

    func firstSlice(of name: String) -> FieldSlice? {
        let (span, wanted) = (bytes.span, name.utf8.span)
        for slice in fields where span.equalsCaseless(slice.name.range, wanted) { return slice }
        return nil
    }

    private func forEachSlice(of name: String, _ body: (FieldSlice) -> Void) {
        let (span, wanted) = (bytes.span, name.utf8.span)
        for slice in fields where span.equalsCaseless(slice.name.range, wanted) { body(slice) }
    }
}

extension Span<UInt8> {
    /// Whether `token` is among the comma-separated members in `range`, whatever the case.
    func listContains(_ token: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, self[end] != ASCII.comma { end += 1 }
            if equalsCaseless(trimmed(start..<end), token) { return true }
            start = end + 1
        }
        return false
    }
}
