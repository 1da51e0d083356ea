import COpenSSL
import ChatHub

extension Cryptography {
    static let openSSL = Cryptography(digest: { sha256($0) }, randomBytes: { unguessableBytes($0) })
}

private func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    // The digest has room for what is written; the pointers live for the call.
    unsafe digest.withUnsafeMutableBufferPointer { digest in
        unsafe bytes.withUnsafeBufferPointer { _ = unsafe SHA256($0.baseAddress, $0.count, digest.baseAddress) }
    }
    return digest
}

private func unguessableBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // The array has as many bytes as are written.
    let code = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, Int32(clamping: count)) }
    // The generator does not fail once it is seeded, and to go on with bytes that can be guessed would be worse.
    precondition(code == 1, "no random bytes")
    return bytes
}
