import CEpoll
import Glibc
import Synchronization

/// The certificates that count now: read anew when their files change, and when asked to. Those that do not fit together
/// change nothing.
final class TLSCertificates: Sendable {
    private let pairs: [TLSIdentities.Pair]
    private let log: Log
    private let identities: Mutex<TLSIdentities>
    private let seen: Mutex<Seen>
    private let stopping = eventfd(0, Int32(EFD_CLOEXEC))

    private static let lookMs: Int32 = 1_000

    private struct Seen {
        /// Of the files that were read last, well or not.
        var files: [FileIdentity?]
        /// Whether the log has said that they are not good.
        var isFailing = false
        /// They were not good when they were looked at last: the other file of a pair may be on its way.
        var isUnsettled = false
    }

    init(_ pairs: [TLSIdentities.Pair], log: Log) throws(StartError) {
        self.pairs = pairs
        self.log = log
        let files = Self.files(of: pairs)
        identities = Mutex(try TLSIdentities(pairs))
        seen = Mutex(Seen(files: files))
    }

    deinit { close(stopping) }

    var current: TLSIdentities { identities.withLock { $0 } }

    /// Starts the thread that looks after the files.
    func start(in threads: ThreadGroup) throws(StartError) {
        try threads.start("certificates") { self.run() }
    }

    func stop() { eventfd_write(stopping, 1) }

    private func run() {
        var interest = pollfd(fd: stopping, events: Int16(POLLIN), revents: 0)
        // One structure that lives for the call.
        while unsafe poll(&interest, 1, Self.lookMs) <= 0 {
            let files = Self.files(of: pairs)
            let (isChanged, isUnsettled) = seen.withLock { ($0.files != files, $0.isUnsettled) }
            if isChanged || isUnsettled { reload(isPatient: !isUnsettled) }
        }
    }

    /// Reads the files again.
    ///
    /// - Parameter isPatient: that they do not fit together is said only if it is so the next time too.
    func reload(isPatient: Bool = false) {
        // Before they are read: what changes meanwhile is read again.
        let files = Self.files(of: pairs)
        do throws(StartError) {
            let read = try TLSIdentities(pairs)
            identities.withLock { $0 = read }
            seen.withLock { $0 = Seen(files: files) }
            log.event(LogEvent("tls.read", .info, [.init("pairs", pairs.count)]))
        } catch {
            let isSaid = seen.withLock { seen in
                let isNews = !isPatient && (!seen.isFailing || seen.files != files)
                seen.files = files
                seen.isUnsettled = isPatient
                if !isPatient { seen.isFailing = true }
                return !isNews
            }
            if !isSaid { log.event(LogEvent("tls.failed", .error, [.init("error", error.description)])) }
        }
    }

    private static func files(of pairs: [TLSIdentities.Pair]) -> [FileIdentity?] {
        pairs.flatMap { [FileIdentity($0.certificate), FileIdentity($0.key)] }
    }
}
