/// The field lines of a head, read to the empty line behind them; what requests and responses have in common.
struct FieldSection {
    var fields: [FieldSlice]
    var found: FramingFields
    /// Behind the empty line.
    var end: Int

    enum Role { case request, response }

    /// How many lines the table is made for at first: a browser sends 10 to 20, and one allocation is to do.
    private static let fieldsReserved = 24

    /// - Parameters:
    ///   - start: where the head begins; places are kept relative to it.
    ///   - position: where the field lines begin.
    ///   - window: the end of what is there, or of what a head may have.
    /// - Returns: nil if the section does not end within the window.
    static func read(
        _ bytes: Span<UInt8>, from start: Int, at position: Int, window: Int, limits: HTTPLimits, role: Role
    ) throws(HTTPError) -> FieldSection? {
        var fields: [FieldSlice] = []
        var found = FramingFields()
        var index = position
        while true {
            guard let isEnd = try FieldLine.isEnd(bytes, at: index, window: window) else { return nil }
            if isEnd { return FieldSection(fields: fields, found: found, end: index + 2) }
            guard let (name, value, next) = try FieldLine.read(bytes, at: index, window: window) else { return nil }
            guard fields.count < limits.headerCountMax else { throw .tooManyHeaders }
            if fields.isEmpty { fields.reserveCapacity(fieldsReserved) }
            try found.take(bytes, name: name, value: value, role: role)
            fields.append(
                FieldSlice(
                    name: ByteRange32(name.lowerBound - start, name.upperBound - start),
                    value: ByteRange32(value.lowerBound - start, value.upperBound - start)))
            index = next
        }
    }
}
