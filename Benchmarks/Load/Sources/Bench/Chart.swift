/// A picture of the figures that have an aim: a bar for each, as long as the part that it takes of what its aim allows, so
/// that units do not matter; a bar that crosses the line has missed it. A figure that has no aim but another build beside
/// it is drawn as the ratio to that one.
///
/// Colours follow the reader's, light or dark, on a ground of their own; what colours say is also said in words. The
/// text alternative names each figure.
struct Chart {
    private struct Bar {
        let label: String
        /// In words, with the aim.
        let figure: String
        /// The shorter and the longer end, where there is a range.
        let part: ClosedRange<Double>
        let isMet: Bool
    }

    private static let rowHeight = 22
    private static let top = 66
    private static let bottom = 22
    private static let width = 1_000
    /// Where bars begin, how long one of 1 is, and what is drawn of longer ones.
    private static let barStart = 350
    private static let unitWidth = 260
    private static let partMax = 1.18
    private static let textStart = 672

    private let bars: [Bar]

    init(_ records: [Record]) { bars = records.compactMap(Self.bar) }

    private static func bar(_ record: Record) -> Bar? {
        guard let value = record.value else { return nil }
        let what = plain(record.what)
        let label = record.label.map(plain) ?? "\(record.row): \(what.isEmpty ? record.unit ?? "" : what)"
        let end = record.upTo ?? value
        if let aim = record.aim {
            let (part, other) = (aim.part(of: value), aim.part(of: end))
            let numbers = value == end ? Number.text(value) : "\(Number.text(value))–\(Number.text(end))"
            let unit = record.unit.map { " \($0)" } ?? ""
            return Bar(
                label: label, figure: "\(numbers)\(unit), \(aim.words)", part: min(part, other)...max(part, other),
                isMet: record.isMet ?? true)
        }
        guard let ratio = record.toBaseline else { return nil }
        return Bar(
            label: label, figure: "\(Number.text(ratio)) of the baseline", part: ratio...ratio, isMet: ratio <= 1)
    }

    var svg: String {
        let height = Self.top + bars.count * Self.rowHeight + Self.bottom
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Self.width) \#(height)" width="\#(Self.width)" height="\#(height)" role="img" aria-labelledby="title description">"#,
            #"<title id="title">How much of what its aim allows each figure takes</title>"#,
            #"<desc id="description">\#(Self.escaped(description))</desc>"#,
            Self.style,
            #"<rect class="ground" width="\#(Self.width)" height="\#(height)" rx="6"/>"#,
            #"<text class="head" x="20" y="28">How much of what its aim allows each figure takes: shorter is better</text>"#,
        ]
        lines += axis([0, 0.25, 0.5, 0.75], height: height)
        for (index, bar) in bars.enumerated() { lines += draw(bar, y: Self.top + index * Self.rowHeight) }
        lines += axis([1], height: height)
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }

    /// A sentence for each bar.
    private var description: String {
        bars.map { "\($0.label): \($0.figure)\($0.isMet ? "" : ", missed")." }.joined(separator: " ")
    }

    private func axis(_ parts: [Double], height: Int) -> [String] {
        let end = height - Self.bottom + 4
        return parts.flatMap { part in
            let x = Self.barStart + Int(Double(Self.unitWidth) * part)
            let isAim = part == 1
            return [
                #"<line class="\#(isAim ? "aim" : "grid")" x1="\#(x)" y1="\#(Self.top - 8)" x2="\#(x)" y2="\#(end)"/>"#,
                #"<text class="tick" x="\#(x)" y="\#(Self.top - 14)">\#(isAim ? "its aim" : Number.text(part))</text>"#,
            ]
        }
    }

    private func draw(_ bar: Bar, y: Int) -> [String] {
        let kind = bar.isMet ? "met" : "missed"
        let (short, long) = (Self.length(bar.part.lowerBound), Self.length(bar.part.upperBound))
        let text = y + 15
        var lines = [
            #"<text class="label" x="\#(Self.barStart - 10)" y="\#(text)">\#(Self.escaped(bar.label))</text>"#,
            #"<rect class="\#(kind)" x="\#(Self.barStart)" y="\#(y + 4)" width="\#(short)" height="14"/>"#,
        ]
        if long > short {
            lines.append(
                #"<rect class="\#(kind) range" x="\#(Self.barStart + short)" y="\#(y + 4)" width="\#(long - short)" height="14"/>"#
            )
        }
        let words = bar.figure + (bar.isMet ? "" : " · missed")
        lines.append(#"<text class="figure" x="\#(Self.textStart)" y="\#(text)">\#(Self.escaped(words))</text>"#)
        return lines
    }

    /// At least a line that can be seen.
    private static func length(_ part: Double) -> Int {
        max(2, Int((Double(unitWidth) * min(part, partMax)).rounded()))
    }

    /// Without the marks of Markdown.
    private static func plain(_ text: String) -> String {
        String(text.drop { $0 == " " }).replacing("`", with: "")
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static let style = """
        <style>
        text { font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328; }
        .head { font-size: 16px; font-weight: 600; }
        .label { text-anchor: end; }
        .tick { text-anchor: middle; fill: #59636e; font-size: 11.5px; }
        .ground { fill: #ffffff; stroke: #d1d9e0; }
        .grid { stroke: #d1d9e0; }
        .aim { stroke: #59636e; stroke-dasharray: 4 3; }
        .met { fill: #2f6fc4; }
        .missed { fill: #b3471b; }
        .range { opacity: 0.5; }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; }
        .tick { fill: #9da7b3; }
        .ground { fill: #0d1117; stroke: #3d444d; }
        .grid { stroke: #2a313c; }
        .aim { stroke: #9da7b3; }
        .met { fill: #6cb0ff; }
        .missed { fill: #ff9b66; }
        }
        </style>
        """
}
