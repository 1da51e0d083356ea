import COpenSSL

/// scrypt (RFC 7914) by OpenSSL: slow on purpose, and hungry, so that guessing is dear.
struct Scrypt: Equatable, Sendable {
    /// The logarithm of N. The memory it takes is 128 · r · N bytes.
    var logN: Int
    var r: Int
    var p: Int

    /// Parameters beyond these are not tried, whatever a stored hash says.
    private static let logNMax = 20
    private static let rMax = 32
    private static let pMax = 16

    init(logN: Int = 17, r: Int = 8, p: Int = 1) {
        self.logN = logN
        self.r = r
        self.p = p
    }

    /// About the memory that hashing takes; 0 for parameters that are out of range, with which nothing is hashed.
    var memoryBytes: Int {
        guard isInRange else { return 0 }
        return 128 * r * ((1 << logN) + p + 2)
    }

    private var isInRange: Bool {
        (1...Self.logNMax).contains(logN) && (1...Self.rMax).contains(r) && (1...Self.pMax).contains(p)
    }

    /// - Returns: nil for parameters that are out of range, and where the system has no memory for it.
    func derive(_ password: [UInt8], salt: [UInt8], count: Int) -> [UInt8]? {
        guard isInRange else { return nil }
        let n = UInt64(1) << UInt64(logN)
        // At N = 2^17 and r = 8 this allows 160 MiB, where 128 and a little are needed; OpenSSL's own limit is lower.
        let memoryMax = 128 * UInt64(r) * (n + UInt64(p)) + 32 << 20
        var output = [UInt8](repeating: 0, count: count)
        // All pointers live for the call, which writes `count` bytes to the last one; the password goes as characters,
        // of which nothing is asked.
        let isDone = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe password.withUnsafeBytes { password in
                unsafe salt.withUnsafeBufferPointer { salt in
                    unsafe EVP_PBE_scrypt(
                        password.assumingMemoryBound(to: CChar.self).baseAddress, password.count, salt.baseAddress,
                        salt.count, n, UInt64(r), UInt64(p), memoryMax, output.baseAddress, count) == 1
                }
            }
        }
        return isDone ? output : nil
    }
}

extension [UInt8] {
    /// Overwrites what is a secret, before its memory is used for something else.
    mutating func wipe() {
        // The bytes are the array's own for the call.
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
