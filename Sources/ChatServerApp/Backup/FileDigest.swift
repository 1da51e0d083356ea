import COpenSSL

/// The SHA-256 of what is given to it piece by piece.
@safe final class FileDigest {
    private let context: OpaquePointer

    init() throws(StartError) {
        guard let context = unsafe EVP_MD_CTX_new() else { throw StartError("There is no memory for a digest.") }
        unsafe self.context = context
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            throw StartError("SHA-256 cannot be computed.")
        }
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    func append(_ bytes: Span<UInt8>) {
        // The bytes are lent to the call, which does not fail once it was begun.
        unsafe bytes.withUnsafeBytes { _ = unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    }

    /// In hexadecimal. To be called once, at the end.
    func finish() -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        // The digest has room for the longest there is.
        _ = unsafe digest.withUnsafeMutableBufferPointer { unsafe EVP_DigestFinal_ex(context, $0.baseAddress, &count) }
        return digest[..<Int(count)].map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
