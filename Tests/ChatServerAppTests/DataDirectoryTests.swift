import CEpoll
import Glibc
import Testing

@testable import ChatServerApp

/// A directory for one test, gone with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let parent = Environment.process.value(of: "TMPDIR") ?? "/tmp"
        path = parent + "/chatserver-tests-" + String(UInt64.random(in: 0 ... .max), radix: 36)
        // The path is lent to the call.
        try #require(unsafe mkdir(path, 0o700) == 0)
    }

    deinit {
        for name in ["/a/b/lock", "/lock", "/file"] { _ = unsafe unlink(path + name) }
        for name in ["/a/b", "/a", ""] { _ = unsafe rmdir(path + name) }
    }
}

@Suite struct DataDirectoryTests {
    private func sentence(_ path: String) -> String? {
        do throws(StartError) {
            _ = try DataDirectory(path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func isMadeWithWhatIsMissingAboveIt() throws {
        let temporary = try TemporaryDirectory()
        let directory = try DataDirectory(temporary.path + "/a/b")
        #expect(directory.databasePath == temporary.path + "/a/b/chat.db")
        #expect(unsafe access(temporary.path + "/a/b/lock", F_OK) == 0)
    }

    @Test func isHeldByOneUntilThatLetsGo() throws {
        let temporary = try TemporaryDirectory()
        var first: DataDirectory? = try DataDirectory(temporary.path)
        #expect(first != nil)
        #expect(
            sentence(temporary.path) == "The data directory \(temporary.path) is in use by another chatserver.")
        first = nil
        #expect(sentence(temporary.path) == nil)
    }

    @Test func whatIsNoDirectoryIsRefusedWithASentence() throws {
        let temporary = try TemporaryDirectory()
        let file = unsafe open(temporary.path + "/file", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        close(file)
        // A file in its place, and one above it: this holds for root too.
        for path in ["/file", "/file/below"] {
            let found = try #require(sentence(temporary.path + path))
            #expect(found.hasPrefix("The data directory \(temporary.path + path) cannot be "), "\(found)")
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aDirectoryThatMayNotBeWrittenIsRefused() throws {
        let temporary = try TemporaryDirectory()
        _ = unsafe chmod(temporary.path, 0o500)
        #expect(sentence(temporary.path)?.contains("cannot be written") == true)
        #expect(sentence(temporary.path + "/a")?.contains("cannot be made") == true)
        _ = unsafe chmod(temporary.path, 0o700)
    }
}
