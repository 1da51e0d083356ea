/// Figures as lines of text, in columns.
enum Table {
    static func lines(_ records: [Record]) -> [String] { records.map(line) }

    private static func line(_ record: Record) -> String {
        var columns = [
            padded(record.what, 46), padded(record.value.map(Number.text) ?? "no figure", 12, isNumber: true),
            padded(record.unit ?? "", 14), padded(record.aim?.words ?? "", 18),
            padded(record.isMet.map { $0 ? "met" : "MISSED" } ?? "", 6),
        ]
        if let baseline = record.baseline {
            columns.append("baseline \(Number.text(baseline))")
            if let ratio = record.toBaseline { columns.append("ratio \(Number.text(ratio))") }
        }
        var line = columns.joined(separator: " ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    private static func padded(_ text: String, _ width: Int, isNumber: Bool = false) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.count))
        return isNumber ? spaces + text : text + spaces
    }
}
