import Foundation

/// A figure in a file of JSON lines: one that was measured, or one of docs/performance.jsonl.
struct Record: Codable, Equatable {
    var row: String
    var what: String
    /// Nil where nothing was measured, or where it cannot be drawn.
    var value: Double?
    /// The other end, where there is a range.
    var upTo: Double?
    var unit: String?
    var atMost: Double?
    var atLeast: Double?
    /// Of the other build.
    var baseline: Double?
    var toBaseline: Double?
    /// How documents show the figure and its aim, where they say more than the numbers.
    var figure: String?
    var aimText: String?
    /// How pictures name it, where it needs the line above in a table.
    var label: String?

    init(row: String, what: String, value: Double?, unit: String? = nil, aim: Aim? = nil) {
        (self.row, self.what, self.value, self.unit) = (row, what, value, unit)
        switch aim {
        case .atMost(let bound): atMost = bound
        case .atLeast(let bound): atLeast = bound
        case nil: break
        }
    }

    var aim: Aim? { atMost.map { .atMost($0) } ?? atLeast.map { .atLeast($0) } }

    /// Nil where there is no aim. What was not measured has missed it.
    var isMet: Bool? {
        guard let aim else { return nil }
        return [value, upTo].compactMap { $0 }.allSatisfy { aim.isMet(by: $0) } && value != nil
    }
}

/// Under which circumstances figures were measured: the first line of a file.
struct Provenance: Codable, Equatable {
    var command: String
    var date: String
    var commit: String
    var machine: String
}

/// JSON lines: who measured, then what; again for each time that was added to the file.
enum RecordFile {
    /// The records of the last time.
    static func read(_ text: String) throws(BenchError) -> (provenance: Provenance, records: [Record]) {
        let decoder = JSONDecoder()
        var last: (provenance: Provenance, records: [Record])?
        for (number, line) in text.split(separator: "\n").enumerated() {
            let data = Data(line.utf8)
            do {
                if let provenance = try? decoder.decode(Provenance.self, from: data) {
                    last = (provenance, [])
                } else {
                    last?.records.append(try decoder.decode(Record.self, from: data))
                }
            } catch {
                throw .failed("line \(number + 1) is no figure: \(line.prefix(100))")
            }
        }
        guard let last else { throw .failed("there is no line that says who measured") }
        return last
    }

    static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and finite numbers can always be encoded.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
