import Glibc
import HTTPCore
import Testing

@testable import ChatServerApp

@Suite struct ListenerTests {
    private let anyPort = ListenAddress(host: "127.0.0.1", port: 0)

    @Test(arguments: [1, 2, 5])
    func portZeroIsAFreeOneThatAllSocketsShare(count: Int) throws {
        let (sockets, address) = try Listener.listen(anyPort, count: count)
        defer { for socket in sockets { close(socket) } }
        #expect(sockets.count == count)
        #expect(address.port > 0)
        #expect(address.host == "127.0.0.1")
        for socket in sockets { #expect(SocketAddress(ofSocket: socket).port == address.port) }
    }

    @Test(arguments: [1, 3])
    func aSecondServerOnThePortIsTold(count: Int) throws {
        let (sockets, address) = try Listener.listen(anyPort, count: count)
        for other in [1, 3] {
            let error = #expect(throws: StartError.self) { _ = try Listener.listen(address, count: other) }
            #expect(error?.description.contains("in use") == true)
            #expect(error?.description.contains(address.description) == true)
        }
        for socket in sockets { close(socket) }
        let (again, _) = try Listener.listen(address, count: count)
        for socket in again { close(socket) }
    }

    @Test func anAddressOfOthersIsRefused() throws {
        // 192.0.2.0/24 is for documentation (RFC 5737): nobody has it.
        #expect(throws: StartError.self) {
            _ = try Listener.listen(ListenAddress(host: "192.0.2.1", port: 0), count: 1)
        }
    }
}

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.9.8", true), ("::1", true), ("::ffff:127.0.0.1", true),
        ("::ffff:127.9.9.9", true), ("0.0.0.0", false), ("10.0.0.127", false), ("128.0.0.1", false), ("::", false),
        ("::2", false), ("1::1", false), ("::127.0.0.1", false), ("::ffff:10.0.0.1", false), ("fe80::1", false),
    ])
    func knowsThisMachine(host: String, isLoopback: Bool) throws {
        let address = try SocketAddress(resolving: ListenAddress(host: host, port: 4_711))
        #expect(address.address?.isLoopback == isLoopback)
        #expect(address.port == 4_711)
    }
}
