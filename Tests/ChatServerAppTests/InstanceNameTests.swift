import CEpoll
import Glibc
import Testing

@testable import ChatServerApp

@Suite struct InstanceNameTests {
    private let log = Log(level: .error)

    @Test func isMadeOnceForADirectory() throws {
        let (one, two) = (try TemporaryDirectory(), try TemporaryDirectory())
        defer { for path in [one.path, two.path] { _ = unsafe unlink(path + "/instance") } }
        let name = InstanceName.of(directory: one.path, fallback: "1", log: log)
        #expect(name.utf8.count == 8)
        #expect(InstanceName.of(directory: one.path, fallback: "2", log: log) == name)
        #expect(InstanceName.of(directory: two.path, fallback: "1", log: log) != name)
    }

    /// A name that no cookie can have is not used, and a new one made.
    @Test(arguments: ["", "\n", "a=b\n", "a;b", String(repeating: "x", count: 100)])
    func whatIsNoNameIsReplaced(content: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/instance"
        defer { _ = unsafe unlink(path) }
        let file = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
        let bytes = Array(content.utf8)
        #expect(unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) } == bytes.count)
        close(file)
        let name = InstanceName.of(directory: directory.path, fallback: "1", log: log)
        #expect(name.utf8.count == 8)
        #expect(InstanceName.of(directory: directory.path, fallback: "1", log: log) == name)
    }

    @Test func thePortWillDo() {
        #expect(InstanceName.of(directory: nil, fallback: "8080", log: log) == "8080")
        #expect(InstanceName.of(directory: "/nowhere/at/all", fallback: "8080", log: log) == "8080")
    }
}
