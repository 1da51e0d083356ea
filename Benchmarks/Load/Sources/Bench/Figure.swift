/// One figure of a row, and what it should be.
struct Figure: Sendable {
    /// Empty where it says another thing about what the line above is about.
    let label: String
    let value: Value
    let unit: String
    let aim: Aim?

    enum Value: Sendable {
        case of(Source)
        case ratio(Source, to: Source)

        var sources: [Source] {
            switch self {
            case .of(let source): [source]
            case .ratio(let source, let other): [source, other]
            }
        }
    }

    /// A figure of a run.
    struct Source: Hashable, Sendable {
        let run: String
        let figure: String
    }

    init(_ label: String, _ run: String, _ figure: String, _ unit: String, _ aim: Aim? = nil) {
        (self.label, self.unit, self.aim) = (label, unit, aim)
        value = .of(Source(run: run, figure: figure))
    }

    /// The figure in one run, divided by that in another.
    init(_ label: String, ratioOf figure: String, _ run: String, to other: String, _ aim: Aim? = nil) {
        self.init(label, Source(run: run, figure: figure), to: Source(run: other, figure: figure), aim)
    }

    init(_ label: String, _ source: Source, to other: Source, _ aim: Aim? = nil) {
        (self.label, self.aim) = (label, aim)
        unit = ""
        value = .ratio(source, to: other)
    }
}

enum Aim: Equatable, Sendable {
    case atMost(Double)
    case atLeast(Double)

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atMost(let bound): value <= bound
        case .atLeast(let bound): value >= bound
        }
    }

    /// How much of what is allowed a value takes: more than 1 misses the aim, in both directions.
    func part(of value: Double) -> Double {
        switch self {
        case .atMost(let bound): bound > 0 ? value / bound : .infinity
        case .atLeast(let bound): value > 0 ? bound / value : .infinity
        }
    }

    var words: String {
        switch self {
        case .atMost(let bound): "at most \(Number.text(bound))"
        case .atLeast(let bound): "at least \(Number.text(bound))"
        }
    }
}

/// How numbers are shown.
enum Number {
    /// Three digits behind the point, less where they say nothing; none from 1,000 on.
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "no figure" }
        guard abs(value) < 999.9995 else { return grouped(Int(value.rounded())) }
        let thousandths = Int((abs(value) * 1_000).rounded())
        var text = String(thousandths / 1_000)
        if thousandths % 1_000 != 0 {
            let digits = String(thousandths % 1_000)
            text += "." + String(repeating: "0", count: 3 - digits.count) + digits
            while text.hasSuffix("0") { text.removeLast() }
        }
        return (value < 0 && thousandths > 0 ? "-" : "") + text
    }

    private static func grouped(_ value: Int) -> String {
        var digits = String(abs(value))
        var groups: [String] = []
        while digits.count > 3 {
            groups.append(String(digits.suffix(3)))
            digits.removeLast(3)
        }
        groups.append(digits)
        return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }
}
