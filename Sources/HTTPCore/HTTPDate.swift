/// Dates as HTTP writes them (RFC 9110 §5.6.7), by arithmetic alone: no calendar, no time zone, no locale.
public enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longDays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let secondsADay: Int64 = 86_400
    /// 9999-12-31T23:59:59Z, the last that has a year of four digits; and 0000-01-01T00:00:00Z, the first.
    private static let lastSecond: Int64 = 253_402_300_799
    private static let firstSecond: Int64 = -62_167_219_200

    /// "Sun, 06 Nov 1994 08:49:37 GMT". Times outside the years 0 to 9999 become the nearest within.
    public static func format(secondsSince1970 seconds: Int64) -> String {
        let time = min(max(seconds, firstSecond), lastSecond)
        let day = floorDivide(time, secondsADay)
        let second = Int(time - day * secondsADay)
        let (year, month, dayOfMonth) = civil(day)
        // 1970-01-01 was a Thursday.
        let weekday = Int(day + 4 - floorDivide(day + 4, 7) * 7)
        return "\(days[weekday]), \(digits(dayOfMonth, 2)) \(months[month - 1]) \(digits(year, 4)) "
            + "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2)) GMT"
    }

    /// The seconds since 1970 of a date in the form above, or in one of the two obsolete ones that a recipient must
    /// still read; nil if it is none. The weekday has to be one, but not the right one.
    ///
    /// - Parameter now: seconds since 1970, to tell the century of a year of two digits (RFC 850's form).
    public static func parse(_ text: String, now: Int64 = 1_767_225_600) -> Int64? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        switch parts.count {
        case 6 where parts[0].hasSuffix(","): return parseFixed(parts)
        case 4 where parts[0].hasSuffix(","): return parseRFC850(parts, now)
        case 5, 6: return parseAsctime(parts)
        default: return nil
        }
    }

    /// "Sun, 06 Nov 1994 08:49:37 GMT"
    private static func parseFixed(_ parts: [Substring]) -> Int64? {
        guard days.contains(String(parts[0].dropLast())), parts[5] == "GMT",
            let day = number(parts[1], 2), let month = months.firstIndex(of: String(parts[2])),
            let year = number(parts[3], 4)
        else { return nil }
        return seconds(year, month + 1, day, parts[4])
    }

    /// "Sunday, 06-Nov-94 08:49:37 GMT": a year that seems more than 50 years ahead is of the past.
    private static func parseRFC850(_ parts: [Substring], _ now: Int64) -> Int64? {
        let date = parts[1].split(separator: "-", omittingEmptySubsequences: false)
        guard longDays.contains(String(parts[0].dropLast())), parts[3] == "GMT", date.count == 3,
            let day = number(date[0], 2), let month = months.firstIndex(of: String(date[1])),
            let short = number(date[2], 2)
        else { return nil }
        let thisYear = civil(floorDivide(min(max(now, firstSecond), lastSecond), secondsADay)).year
        var year = thisYear - thisYear % 100 + short
        if year > thisYear + 50 { year -= 100 }
        return seconds(year, month + 1, day, parts[2])
    }

    /// "Sun Nov  6 08:49:37 1994": a day below 10 has a second space instead of a zero.
    private static func parseAsctime(_ parts: [Substring]) -> Int64? {
        let isPadded = parts.count == 6
        guard days.contains(String(parts[0])), !isPadded || parts[2].isEmpty,
            let month = months.firstIndex(of: String(parts[1])),
            let day = number(parts[isPadded ? 3 : 2], isPadded ? 1 : 2), let year = number(parts[isPadded ? 5 : 4], 4)
        else { return nil }
        return seconds(year, month + 1, day, parts[isPadded ? 4 : 3])
    }

    private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ time: Substring) -> Int64? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = number(parts[0], 2), let minute = number(parts[1], 2),
            let second = number(parts[2], 2), hour < 24, minute < 60, second <= 60, day >= 1
        else { return nil }
        let days = daysSince1970(year, month, day)
        // A day that its month does not have comes back as one of the next.
        guard civil(days) == (year, month, day) else { return nil }
        return days * secondsADay + Int64(hour * 3600 + minute * 60 + second)
    }

    // MARK: Arithmetic, all of it on years 0 to 9999

    /// Year, month and day of a day counted from 1970 (the Gregorian calendar, years beginning in March inside).
    private static func civil(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let marchYear = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value >= 0 ? value / by : -((by - 1 - value) / by)
    }

    private static func number(_ text: Substring, _ count: Int) -> Int? {
        guard text.utf8.count == count, text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        return Int(text)
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(count - text.utf8.count, 0)) + text
    }
}
