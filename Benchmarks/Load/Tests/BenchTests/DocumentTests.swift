import Foundation
import FoundationXML
import Testing

@testable import Bench

@Suite struct DocumentTests {
    private let records = [
        Record(row: "a", what: "  CPU of `x` & <y>", value: 2, unit: "us", aim: .atMost(1)),
        Record(row: "b", what: "memory", value: 1_500, unit: "KiB", aim: .atLeast(1_000)),
        Record(row: "c", what: "without an aim", value: 1),
    ]

    @Test func tablesAreReplaced() throws {
        let text =
            "before\n<!-- figures -->\nold\n<!-- end of figures -->\n<!-- rows -->\n<!-- end of rows -->\nafter\n"
        let row = Row(name: "a", summary: "what it is", runs: [], figures: [])
        var shown = records
        shown[1].figure = "much"
        shown[1].aimText = "more"
        let expected = """
            before
            <!-- figures -->

            | row | figure | aim |
            |---|---|---|
            | CPU of `x` & <y> | 2 us | at most 1 |
            | memory | much | more |
            | without an aim | 1 | |

            <!-- end of figures -->
            <!-- rows -->

            | `--row` | what it measures |
            |---|---|
            | `a` | what it is |

            <!-- end of rows -->
            after

            """
        let once = try Document.replacingTables(in: text, records: shown, rows: [row])
        #expect(once == expected)
        #expect(try Document.replacingTables(in: once, records: shown, rows: [row]) == expected)
        #expect(throws: BenchError.self) { try Document.replacingTables(in: "no place", records: [], rows: []) }
    }

    @Test func thePictureIsXMLWithWords() throws {
        let svg = Chart(records).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.contains(">a: CPU of x &amp; &lt;y&gt;<"))
        #expect(
            svg.contains("a: CPU of x &amp; &lt;y&gt;: 2 us, at most 1, missed. b: memory: 1,500 KiB, at least 1,000."))
        #expect(svg.contains(#"class="missed""#) && svg.contains(#"class="met""#))
        #expect(!svg.contains("without an aim"))
    }

    @Test func barsAreAsLongAsTheirPart() {
        let one = Chart([Record(row: "a", what: "", value: 1, unit: "s", aim: .atMost(1))]).svg
        let half = Chart([Record(row: "a", what: "", value: 4, unit: "s", aim: .atLeast(2))]).svg
        // Of what misses by far, what is beyond the picture is left out.
        let far = Chart([Record(row: "a", what: "", value: 100, unit: "s", aim: .atMost(1))]).svg
        #expect(one.contains(#"width="260" height="14""#))
        #expect(half.contains(#"width="130" height="14""#))
        #expect(far.contains(#"width="307" height="14""#))
    }

    @Test func withoutAnAimTheBaselineIsDrawn() {
        var record = records[2]
        record.toBaseline = 0.5
        #expect(Chart([record]).svg.contains("0.5 of the baseline"))
    }

    /// docs/performance.md and its picture are what docs/performance.jsonl makes of them.
    @Test func theDocumentIsUpToDate() throws {
        let docs = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../../docs").standardized.path
        let records = try RecordFile.read(try Disk.read("\(docs)/performance.jsonl")).records
        let text = try Disk.read("\(docs)/performance.md")
        #expect(try Document.replacingTables(in: text, records: records, rows: Rows.all) == text)
        #expect(try Disk.read("\(docs)/performance.svg") == Chart(records).svg)
    }
}
