import Testing

@testable import Bench

@Suite struct RecordTests {
    private let provenance = Provenance(command: "script/bench", date: "today", commit: "abc", machine: "2 cores")
    private let record = Record(row: "fanout", what: "CPU/delivery", value: 0.17, unit: "us", aim: .atMost(1))

    @Test func linesAreJSON() {
        #expect(
            RecordFile.line(record)
                == #"{"atMost":1,"row":"fanout","unit":"us","value":0.17,"what":"CPU/delivery"}"#)
    }

    @Test func theLastTimeCounts() throws {
        var other = record
        other.value = 0.2
        other.upTo = 2
        let lines = [
            RecordFile.line(provenance), RecordFile.line(record), RecordFile.line(provenance), RecordFile.line(other),
        ]
        let read = try RecordFile.read(lines.joined(separator: "\n") + "\n")
        #expect(read.provenance == provenance)
        #expect(read.records == [other])
        #expect(read.records[0].isMet == false)
    }

    @Test(arguments: [
        "", #"{"row":"a","what":"before anybody said who measured"}"#, "{}",
        #"{"command":"","date":"","commit":"","machine":""}"# + "\nno JSON",
        #"{"command":"","date":"","commit":"","machine":""}"# + "\n" + #"{"row":"a"}"#,
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(throws: BenchError.self) { try RecordFile.read(text) }
    }
}
