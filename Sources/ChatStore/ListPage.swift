/// A place in the order of a list: the sort key of a row. So a page goes on where the one before ended, whatever has
/// come and gone meanwhile: who stays in place is on exactly one page.
public struct ListCursor: Sendable, Equatable, CustomStringConvertible {
    /// The row's number: of a log, of a room, of a user.
    let number: Int64
    /// Of lists that are sorted by name: the folded name, before the number.
    let name: String?

    init(_ number: Int64, name: String? = nil) {
        self.number = number
        self.name = name
    }

    /// Reads what `description` wrote; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let number = Int64(first), number >= 0, "\(number)" == first else { return nil }
        guard parts.count == 2 else {
            self.init(number)
            return
        }
        var bytes: [UInt8] = []
        var digits = parts[1].utf8.makeIterator()
        while let high = digits.next() {
            guard let low = digits.next(), let byte = Self.byte(high, low) else { return nil }
            bytes.append(byte)
        }
        guard let name = String(validating: bytes, as: UTF8.self) else { return nil }
        self.init(number, name: name)
    }

    private static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = Character(Unicode.Scalar(high)).hexDigitValue,
            let low = Character(Unicode.Scalar(low)).hexDigitValue
        else { return nil }
        return UInt8(high << 4 | low)
    }

    /// For clients, who make nothing of it: ASCII without white space.
    public var description: String {
        guard let name else { return "\(number)" }
        let digits = Array("0123456789abcdef".utf8)
        return "\(number)."
            + String(decoding: name.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }
}

/// Some rows of a list, in its order.
public struct ListPage<Row: Sendable & Equatable>: Sendable, Equatable {
    public var rows: [Row]
    /// Where the next page begins; nil where there is none.
    public var next: ListCursor?

    public init(rows: [Row], next: ListCursor?) {
        self.rows = rows
        self.next = next
    }

    /// How many rows to look up for a page of so many: one more tells whether there are more.
    static func lookedUp(_ limit: Int) -> Int { min(max(limit, 0), Int(Int32.max)) + 1 }

    /// - Parameters:
    ///   - found: as many as `lookedUp` says, if there are.
    ///   - cursor: the place of a row.
    init<Found>(_ found: [Found], limit: Int, cursor: (Found) -> ListCursor, row: (Found) -> Row) {
        let shown = found.prefix(min(max(limit, 0), Int(Int32.max)))
        self.init(rows: shown.map(row), next: shown.count < found.count ? shown.last.map(cursor) : nil)
    }
}
