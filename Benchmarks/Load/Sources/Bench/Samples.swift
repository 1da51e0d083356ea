/// What the rounds of a row have measured.
struct Samples {
    /// Whose: ours, or the other build's.
    enum Side: Hashable {
        case own, baseline
    }

    private struct Key: Hashable {
        let side: Side
        let source: Figure.Source
    }

    private var values: [Key: [Double]] = [:]

    mutating func add(_ figures: [String: Double], of run: String, _ side: Side) {
        for (name, value) in figures {
            values[Key(side: side, source: .init(run: run, figure: name)), default: []].append(value)
        }
    }

    /// Nil where no round has given one.
    func median(_ source: Figure.Source, _ side: Side) -> Double? {
        Self.median(values[Key(side: side, source: source)] ?? [])
    }

    func value(_ value: Figure.Value, _ side: Side) -> Double? {
        switch value {
        case .of(let source): return median(source, side)
        case .ratio(let source, let other):
            // What is measured once, a peer or nginx, is the same for both sides.
            guard let value = median(source, side) else { return nil }
            let ratio = Self.ratio(value, to: median(other, side) ?? median(other, .own))
            return ratio.map { ($0 * 100).rounded() / 100 }
        }
    }

    /// The middle one, of an even number the lower of the two: a figure that was measured.
    static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
    }

    static func ratio(_ value: Double?, to other: Double?) -> Double? {
        guard let value, let other, other > 0 else { return nil }
        return value / other
    }
}
