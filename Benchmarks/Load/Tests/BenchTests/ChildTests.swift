import Foundation
import Testing

@testable import Bench

@Suite struct ChildTests {
    @Test func exitCodesAreGiven() throws {
        #expect(try Child("true", [], on: .all).wait(seconds: 60) == 0)
        #expect(try Child("sh", ["-c", "exit 3"], on: .all).wait(seconds: 60) == 3)
        #expect(try Child("sh", ["-c", "kill -9 $$"], on: .all).wait(seconds: 60) == 256 + 9)
        #expect(throws: BenchError.failed("there is no /nowhere")) { try Child("/nowhere", [], on: .all) }
    }

    @Test func whoTakesTooLongIsEnded() throws {
        let child = try Child("sleep", ["600"], on: .all)
        let id = Int32(child.id)
        #expect(throws: BenchError.runFailed("sleep took more than 0.05 s")) { try child.wait(seconds: 0.05) }
        #expect(!child.isRunning)
        #expect(kill(id, 0) == -1)
        // Asked to, not killed, whatever signals the thread has blocked that started it.
        #expect(child.exitCode == 256 + Int(SIGTERM))
    }

    @Test func outputGoesToAFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try Disk.makeEmptyFolder(folder)
        defer { Disk.remove(folder) }
        #expect(try Child.output("echo", ["two", "words"], in: folder) == "two words")
        #expect(try Child.output("false", [], in: folder) == nil)
        try Disk.append("a\n", to: "\(folder)/lines")
        try Disk.append("b\n", to: "\(folder)/lines")
        #expect(Disk.lines(of: "\(folder)/lines") == ["a", "b"])
    }
}
