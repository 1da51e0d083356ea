/// The answer to a request, as far as a load generator looks at it.
enum HTTPAnswer {
    /// How long the answer is that `bytes` begin with, head and body; nil while its head is not whole.
    static func length(of bytes: [UInt8]) -> Int? {
        var line = 0
        var bodyLength = 0
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == 13, bytes[index + 1] == 10 else {
                index += 1
                continue
            }
            if index == line { return index + 2 + bodyLength }
            if let length = contentLength(bytes[line..<index]) { bodyLength = length }
            index += 2
            line = index
        }
        return nil
    }

    private static func contentLength(_ line: ArraySlice<UInt8>) -> Int? {
        guard line.count > name.count, line.first.map({ $0 | 0x20 }) == name[0] else { return nil }
        for (index, byte) in name.enumerated() where line[line.startIndex + index] | 0x20 != byte { return nil }
        var value = 0
        for byte in line.dropFirst(name.count) where (0x30...0x39).contains(byte) {
            value = min(value * 10 + Int(byte - 0x30), 1 << 30)
        }
        return value
    }

    /// A colon and a hyphen have the bit of lower case already.
    private static let name = Array("content-length:".utf8)
}
