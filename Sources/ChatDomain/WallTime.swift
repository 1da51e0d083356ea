/// A moment of civil time: milliseconds since 1970-01-01T00:00:00Z. Never read here: always passed in.
public struct WallTime: Hashable, Comparable, Sendable, CustomStringConvertible, Codable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (a: WallTime, b: WallTime) -> Bool { a.milliseconds < b.milliseconds }

    /// RFC 3339 in UTC with milliseconds, as in `2026-01-31T23:59:59.999Z`: 24 characters from year 0 to 9999.
    ///
    /// RFC 3339 has no other years; they get a sign and at least six digits, which is what ECMAScript reads.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `description` reads.
    public func append(to bytes: inout [UInt8]) {
        let days = milliseconds.flooringDivision(by: 86_400_000)
        let rest = milliseconds.flooringRemainder(by: 86_400_000)
        let (year, month, day) = civilDate(daysSince1970: days)
        appendYear(year, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDigits(day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        appendDigits(rest / 3_600_000, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(rest / 60_000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDigits(rest / 1_000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        appendDigits(rest % 1_000, width: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// The proleptic Gregorian date, by counting in eras of 400 years that begin on 1 March.
private func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = shifted.flooringDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

private func appendYear(_ year: Int64, to bytes: inout [UInt8]) {
    if (0...9_999).contains(year) {
        appendDigits(year, width: 4, to: &bytes)
    } else {
        bytes.append(year < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        appendDigits(abs(year), width: abs(year) < 1_000_000 ? 6 : 9, to: &bytes)
    }
}

private func appendDigits(_ value: Int64, width: Int, to bytes: inout [UInt8]) {
    var divisor: Int64 = 1
    for _ in 1..<width { divisor *= 10 }
    for _ in 0..<width {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
        divisor /= 10
    }
}

extension Int64 {
    fileprivate func flooringDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func flooringRemainder(by divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
