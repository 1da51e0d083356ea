import ChatDomain
import HTTPCore

/// A cookie by which a browser shows that it has signed in to an account before, so that failures of others do not slow
/// it down. It outlives sessions, and lets nobody in.
///
/// `NONCE.SEAL`, both in base64url: 128 random bits, and a keyed digest of them. The key comes from the account's stored
/// hash, which nobody but the server knows, so nothing has to be stored for it; with a new password old marks end.
struct DeviceMark {
    let text: String
    /// Tells devices of one account apart.
    let nonce: String

    private static let nonceCharacters = 22
    static let maxAgeSeconds = 400 * 86_400

    /// A new one for whoever has just shown the password that `credential` is the hash of.
    init(credential: String, using cryptography: Cryptography) {
        nonce = Base64URL.encode(cryptography.randomBytes(16))
        text = nonce + "." + Self.seal(nonce, credential, cryptography)
    }

    /// What a request shows; nil if it is not a mark of that account.
    init?(_ text: String, credential: String, using cryptography: Cryptography) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == Self.nonceCharacters else { return nil }
        nonce = String(parts[0])
        self.text = text
        guard areEqual(Array(parts[1].utf8), Array(Self.seal(nonce, credential, cryptography).utf8)) else { return nil }
    }

    /// Digested twice, with the key in front each time: what was digested cannot be made longer.
    private static func seal(_ nonce: String, _ credential: String, _ cryptography: Cryptography) -> String {
        let key = cryptography.digest(Array("chat_device".utf8) + Array(credential.utf8))
        let inner = cryptography.digest(key + Array(nonce.utf8))
        return Base64URL.encode(cryptography.digest(key + inner))
    }
}

/// Takes as long wherever the two differ.
func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
}
