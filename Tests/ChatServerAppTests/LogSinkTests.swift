import CEpoll
import ChatDomain
import Glibc
import Testing

@testable import ChatServerApp

@Suite struct LogSinkTests {
    /// A pipe that holds a page, and what has come out of it.
    private final class Pipe {
        let reading: Int32
        let writing: Int32

        init() throws {
            var ends: [Int32] = [0, 0]
            // The array has room for both.
            try #require(unsafe pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
            // F_SETPIPE_SZ, which the system's module leaves out.
            try #require(fcntl(writing, 1_031, 4_096) >= 0)
        }

        deinit {
            close(reading)
            close(writing)
        }

        /// Reads until there are that many lines, all of them whole.
        func lines(_ count: Int) -> [String] {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while bytes.count(where: { $0 == 10 }) < count || bytes.last != 10 {
                // The buffer has as many bytes as are asked for.
                let got = unsafe read(reading, &buffer, buffer.count)
                guard got > 0 else { break }
                bytes += buffer[..<got]
            }
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test func nobodyWaitsForAReader() throws {
        let pipe = try Pipe()
        let sink = LogSink(descriptor: pipe.writing, bytesMax: 10_000)
        try sink.start()
        let line = String(repeating: "x", count: 99) + "\n"
        // Fifty times what there is room for. That this returns is the test.
        for _ in 0..<5_000 { sink.write(line) }
        let dropped = sink.dropped
        // What is in the pipe or waits, was not; a thread has written at most what the pipe takes.
        #expect(dropped >= 5_000 - (10_000 + 4_096 + 100) / 100 && dropped < 5_000)
        sink.flush(timeoutMs: 20)
        // Whoever reads after all gets the rest, and how many are missing.
        var (taken, told) = (0, 0)
        while taken + told < 5_000 {
            let lines = pipe.lines(1)
            try #require(!lines.isEmpty)
            for line in lines {
                if let lost = line.split(separator: "log.dropped lines=").dropFirst().first {
                    told += try #require(Int(lost.filter(\.isNumber)))
                } else {
                    #expect(line.allSatisfy { $0 == "x" } && line.count == 99)
                    taken += 1
                }
            }
        }
        #expect(told == dropped && taken == 5_000 - dropped)
        sink.write("last\n")
        sink.flush(timeoutMs: 10_000)
        #expect(pipe.lines(1) == ["last"])
    }

    @Test func withoutAThreadTheEndWritesAll() throws {
        let pipe = try Pipe()
        let sink = LogSink(descriptor: pipe.writing)
        sink.write("one\n")
        sink.write("two\n")
        sink.flush(timeoutMs: 0)
        #expect(pipe.lines(2) == ["one", "two"])
    }

    @Test func whatCannotBeWrittenIsCounted() throws {
        let file = unsafe open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(file >= 0)
        defer { close(file) }
        let sink = LogSink(descriptor: file)
        try sink.start()
        sink.write("one\ntwo\n")
        sink.flush(timeoutMs: 10_000)
        #expect(sink.dropped == 2)
    }

    @Test func aLineHasABound() throws {
        let pipe = try Pipe()
        let sink = LogSink(descriptor: pipe.writing)
        try sink.start()
        sink.write(String(repeating: "y", count: 100_000) + "\n")
        let lines = pipe.lines(1)
        #expect(lines.count == 1 && lines[0].utf8.count == 8_191)
    }

    @Test(
        arguments: [
            (LogEvent("store.recovered", .info), "info: store.recovered"),
            (
                LogEvent("store.failed", .error, [.init("changes", 3), .init("error", #"a "b" \c"#)]),
                #"error: store.failed changes="3" error="a \"b\" \\c""#
            ),
            (LogEvent("x", .warning, [.init("y", "a\nb\u{202E}")]), #"warning: x y="a\u{a}b\u{202e}""#),
        ])
    func anEventIsOneLine(event: LogEvent, expected: String) {
        #expect(event.line(at: WallTime(milliseconds: 0)) == "1970-01-01T00:00:00.000Z \(expected)\n")
    }
}
