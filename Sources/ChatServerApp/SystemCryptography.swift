import COpenSSL
import ChatHub

extension Cryptography {
    /// That of OpenSSL.
    static let system = Cryptography(digest: sha256, randomBytes: randomBytes)

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        // Both arrays live for the call; SHA-256 writes 32 bytes, which is what there is room for.
        let isDone = unsafe bytes.withUnsafeBytes { bytes in
            unsafe EVP_Digest(bytes.baseAddress, bytes.count, &digest, nil, EVP_sha256(), nil)
        }
        // It fails only where OpenSSL is broken, and nothing may be let in by a digest of zeros.
        precondition(isDone == 1, "OpenSSL cannot make a digest")
        return digest
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        // The array lives for the call, and has that many bytes.
        let isDone = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(isDone == 1, "OpenSSL has no random bytes")
        return bytes
    }
}
