/// The figures of a run, in the order they were added.
package struct Report {
    private var figures: [(name: String, value: String)] = []
    /// What went wrong, in sentences; a run is good if there is nothing.
    package private(set) var faults: [String] = []

    mutating func add(_ name: String, _ value: Int) { figures.append((name, String(value))) }

    mutating func add(_ name: String, _ value: Double) {
        let thousandths = Int((abs(value) * 1_000).rounded())
        let fraction = String(thousandths % 1_000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        figures.append((name, "\(value < 0 ? "-" : "")\(thousandths / 1_000).\(zeros)\(fraction)"))
    }

    /// Adds the quantiles of a latency, in microseconds.
    mutating func add(_ name: String, _ histogram: Histogram) {
        add(name + "_p50_us", histogram.quantile(0.5))
        add(name + "_p99_us", histogram.quantile(0.99))
        add(name + "_max_us", histogram.largest)
    }

    mutating func addFault(_ sentence: String) { faults.append(sentence) }

    package var text: String {
        let width = figures.map(\.name.count).max() ?? 0
        var lines = figures.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }
        lines += faults.map { "FAULT: \($0)" }
        return lines.joined(separator: "\n")
    }

    /// One line. `ok` and `faults` come first; fault sentences hold no characters that JSON would escape.
    package var json: String {
        let sentences = faults.map { "\"\($0)\"" }.joined(separator: ",")
        let values = figures.map { ",\"\($0.name)\":\($0.value)" }.joined()
        return "{\"ok\":\(faults.isEmpty),\"faults\":[\(sentences)]\(values)}"
    }
}
