import ChatDomain
import ChatStore
import HTTPCore

/// The API keys as one loop knows them.
///
/// They are kept outside, and may change at any time. What was read less than a second ago is believed; after that, and
/// for a key that is not known, they are read again before the answer, by a reader's thread, once for all that wait. So a
/// new key works at once, and one that was removed does for a second at most.
final class KeyRing {
    private let digest: (@Sendable ([UInt8]) -> [UInt8])?
    private let readKeys: (@Sendable () -> APIKeyList?)?
    private var keys = APIKeyList()
    private var readAt: Instant?
    /// Those who wait for the keys to be read.
    private var waiting: [(digest: [UInt8], completion: (Hub, Finding) -> Void)] = []
    private var isReading = false

    private static let freshMs: Int64 = 1_000
    private static let keyBytesMax = 128

    /// What was found out about a key.
    enum Finding: Equatable {
        case known(APIKey)
        case unknown
        /// The keys cannot be read just now.
        case unavailable
    }

    init(configuration: HubConfiguration) {
        digest = configuration.cryptography?.digest
        readKeys = configuration.readKeys
    }

    /// The API key that a request presents (`Authorization: Bearer ck_…`); nil where it presents none.
    static func key(of request: Request) -> String? {
        // A token of a session may begin like a key, but has another length.
        guard let token = BearerToken.find(in: request), token.hasPrefix(APIKey.prefix), SessionToken(token) == nil
        else {
            return nil
        }
        return token
    }

    /// Finds out about a key; at once, if it is known.
    func find(_ key: String, hub: Hub, then completion: @escaping (Hub, Finding) -> Void) {
        guard let digest, readKeys != nil, key.hasPrefix(APIKey.prefix), key.utf8.count <= Self.keyBytesMax else {
            completion(hub, .unknown)
            return
        }
        let digested = digest(Array(key.utf8))
        if let readAt, hub.now.milliseconds(since: readAt) < Self.freshMs, let key = keys.key(digest: digested) {
            completion(hub, .known(key))
            return
        }
        waiting.append((digested, completion))
        read(hub)
    }

    private func read(_ hub: Hub) {
        guard !isReading, let readKeys else { return }
        isReading = true
        // Who comes while it is read may present a key that was made after that: they are for the next time.
        let asked = waiting
        waiting = []
        hub.read { (_: borrowing any ChatStoreReader) throws(StoreError) in
            readKeys()
        } then: { hub, result in
            self.isReading = false
            var isRead = false
            if case .success(let keys?) = result {
                self.keys = keys
                self.readAt = hub.now
                isRead = true
            }
            for (digest, completion) in asked {
                if isRead {
                    completion(hub, self.keys.key(digest: digest).map { .known($0) } ?? .unknown)
                } else {
                    completion(hub, .unavailable)
                }
            }
            if !self.waiting.isEmpty { self.read(hub) }
        }
    }
}
