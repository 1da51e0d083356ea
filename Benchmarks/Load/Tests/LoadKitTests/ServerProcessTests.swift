import Glibc
import Testing

@testable import LoadKit

@Suite struct ServerProcessTests {
    @Test func readsTheClockOfAProcess() throws {
        let own = ServerProcess(id: Int(getpid()))
        let before = Clock.ownCPUMicroseconds()
        let read = try #require(own.cpuMicroseconds())
        // The same clock, read in between.
        #expect(before <= read && read <= Clock.ownCPUMicroseconds())
        #expect(try #require(own.residentBytes()) > 1_000_000)
    }

    @Test(arguments: [0, 1 << 22, Int(Int32.max)])
    func knowsNothingOfOneThatCannotBe(_ id: Int) {
        #expect(ServerProcess(id: id).cpuNanoseconds() == nil)
    }
}
