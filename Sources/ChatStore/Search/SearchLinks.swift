/// Finds addresses of pages in texts: `http://` or `https://`, in whatever case, and something behind it.
enum SearchLinks {
    /// Where the first one stands, as offsets in UTF-8.
    static func first(in text: String) -> Range<Int>? {
        let bytes = Array(text.utf8)
        var index = 0
        while let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")) {
            index = colon + 1
            guard let start = schemeStart(bytes, before: colon), bytes[index...].starts(with: [0x2F, 0x2F]),
                index + 2 < bytes.count, isPart(bytes[index + 2])
            else { continue }
            return start..<(bytes[(index + 2)...].firstIndex { !isPart($0) } ?? bytes.count)
        }
        return nil
    }

    /// Where the name of the scheme begins that stands right before the colon; nil where it is another one.
    private static func schemeStart(_ bytes: [UInt8], before colon: Int) -> Int? {
        for scheme in ["https", "http"] {
            let start = colon - scheme.utf8.count
            guard start >= 0, bytes[start..<colon].map({ $0 | 0x20 }).elementsEqual(scheme.utf8) else { continue }
            return start == 0 || !isLetterOrDigit(bytes[start - 1]) ? start : nil
        }
        return nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// Neither white space nor a control, nor what addresses are put between.
    private static func isPart(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
            && byte != UInt8(ascii: "\"")
    }
}
