import COpenSSL

/// A password's hash as it is stored: `$scrypt$ln=17,r=8,p=1$SALT$HASH`, salt and hash in base64 without padding, as in
/// the PHC string format.
struct PasswordHash: Equatable, Sendable, CustomStringConvertible {
    let parameters: Scrypt
    let salt: [UInt8]
    let hash: [UInt8]

    static let saltBytes = 16
    static let hashBytes = 32

    /// Hashes a password. Blocks for as long as the parameters say.
    ///
    /// - Returns: nil where the system has no memory for it.
    init?(_ password: [UInt8], salt: [UInt8], parameters: Scrypt) {
        guard let hash = parameters.derive(password, salt: salt, count: Self.hashBytes) else { return nil }
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
    }

    /// Reads what `description` wrote; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let salt = Base64.decode(parts[3]),
            let hash = Base64.decode(parts[4]), hash.count == Self.hashBytes, !salt.isEmpty
        else { return nil }
        let pairs = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        guard pairs.count == 3, let logN = Self.number(pairs[0], "ln="), let r = Self.number(pairs[1], "r="),
            let p = Self.number(pairs[2], "p=")
        else { return nil }
        parameters = Scrypt(logN: logN, r: r, p: p)
        self.salt = salt
        self.hash = hash
    }

    var description: String {
        "$scrypt$ln=\(parameters.logN),r=\(parameters.r),p=\(parameters.p)$\(Base64.encode(salt))$\(Base64.encode(hash))"
    }

    /// Whether it is the hash of that password. Blocks for as long as its parameters say.
    ///
    /// - Returns: nil where the system has no memory for it.
    func isOf(_ password: [UInt8]) -> Bool? {
        guard let other = parameters.derive(password, salt: salt, count: hash.count) else { return nil }
        return unsafe hash.withUnsafeBytes { hash in
            // Both have as many bytes as are compared, in a time that does not depend on them.
            unsafe other.withUnsafeBytes { unsafe CRYPTO_memcmp(hash.baseAddress, $0.baseAddress, hash.count) == 0 }
        }
    }

    private static func number(_ text: Substring, _ name: String) -> Int? {
        guard text.hasPrefix(name), text.utf8.count <= name.utf8.count + 3 else { return nil }
        return Int(text.dropFirst(name.count))
    }
}

/// Base64 without padding (RFC 4648 §4).
private enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var (text, bits, count) = ([UInt8](), UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil for what `encode` does not write.
    static func decode(_ text: Substring) -> [UInt8]? {
        var (bytes, bits, count) = ([UInt8](), UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return encode(bytes) == text ? bytes : nil
    }
}
