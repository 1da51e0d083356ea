/// The tables that a Markdown document has between comments, `<!-- figures -->` and `<!-- end of figures -->`, and in the
/// same way of `rows`.
enum Document {
    static func replacingTables(in text: String, records: [Record], rows: [Row]) throws(BenchError) -> String {
        let text = try replacing("figures", in: text, with: figures(records))
        return try replacing("rows", in: text, with: list(of: rows))
    }

    static func figures(_ records: [Record]) -> String {
        var lines = ["| row | figure | aim |", "|---|---|---|"]
        for record in records {
            let figure =
                record.figure
                ?? [record.value.map(Number.text) ?? "no figure", record.unit ?? ""].joined(separator: " ")
            lines.append(
                "| \(trimmed(record.what)) | \(trimmed(figure)) | \(record.aimText ?? record.aim?.words ?? "") |")
        }
        return lines.map { $0.replacing("|  |", with: "| |") }.joined(separator: "\n")
    }

    static func list(of rows: [Row]) -> String {
        (["| `--row` | what it measures |", "|---|---|"] + rows.map { "| `\($0.name)` | \($0.summary) |" })
            .joined(separator: "\n")
    }

    private static func replacing(_ name: String, in text: String, with table: String) throws(BenchError) -> String {
        let (start, end) = ("<!-- \(name) -->\n", "<!-- end of \(name) -->")
        guard let first = text.firstRange(of: start), let last = text[first.upperBound...].firstRange(of: end) else {
            throw .failed("the document has no place for a table: \(start)")
        }
        return text[..<first.upperBound] + "\n\(table)\n\n" + text[last.lowerBound...]
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
