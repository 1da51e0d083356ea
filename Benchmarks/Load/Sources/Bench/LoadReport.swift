import Foundation

/// What the load generator reports in one line of JSON.
struct LoadReport: Decodable {
    let isGood: Bool
    let faults: [String]
    let figures: [String: Double]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        isGood = try container.decode(Bool.self, forKey: Name(stringValue: "ok"))
        faults = try container.decode([String].self, forKey: Name(stringValue: "faults"))
        var figures: [String: Double] = [:]
        for name in container.allKeys where !["ok", "faults"].contains(name.stringValue) {
            figures[name.stringValue] = try container.decode(Double.self, forKey: name)
        }
        self.figures = figures
    }

    /// The figures of a good run.
    static func figures(in output: String, of run: String) throws(BenchError) -> [String: Double] {
        guard let report = try? JSONDecoder().decode(LoadReport.self, from: Data(output.utf8)) else {
            throw .runFailed("\(run): \(output.isEmpty ? "it said nothing" : String(output.prefix(200)))")
        }
        guard report.isGood, report.faults.isEmpty else {
            throw .runFailed("\(run): \(report.faults.joined(separator: "; "))")
        }
        return report.figures
    }
}
