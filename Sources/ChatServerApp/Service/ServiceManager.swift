import CEpoll
import Glibc

/// Whoever has started the process, where it wants to hear how it is (sd_notify): systemd, by the socket that
/// `NOTIFY_SOCKET` names. Where nobody does, nothing is said.
struct ServiceManager: Sendable {
    /// A path, or an abstract name behind `@`.
    private let address: String?
    /// How long the watchdog waits at most to be fed; nil for no watchdog.
    let watchdogMs: Int64?

    init(_ environment: Environment = .process) {
        let name = environment.value(of: "NOTIFY_SOCKET") ?? ""
        let isName = name.hasPrefix("/") || name.hasPrefix("@")
        address = isName && name.utf8.count <= UnixSocket.pathBytesMax ? name : nil
        let isOurs = environment.value(of: "WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        let microseconds = environment.value(of: "WATCHDOG_USEC").flatMap { Int64($0) } ?? 0
        watchdogMs = address != nil && isOurs && microseconds >= 1_000 ? microseconds / 1_000 : nil
    }

    /// The server serves, or does again after it has read its configuration anew.
    func isReady() { say("READY=1") }

    func isReloading() {
        var time = timespec()
        // The structure lives for the call.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        say("RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)")
    }

    func isStopping() { say("STOPPING=1") }

    func feedsWatchdog() { say("WATCHDOG=1") }

    private func say(_ text: String) {
        guard let address else { return }
        guard let socket = Descriptor(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        else { return }
        let bytes = Array(text.utf8)
        let raw = socket.raw
        // Nobody waits for a manager that does not listen. Bytes and address are lent to the call.
        _ = unsafe UnixSocket.withNotifyAddress(address) { name, length in
            let sent = unsafe bytes.withUnsafeBytes {
                unsafe sendto(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), name, length)
            }
            return sent >= 0 ? 0 : errno
        }
    }
}
