import ChatDomain
import Testing

/// RFC 3339 §5.6 and §5.8.
@Suite struct WallTimeParsingTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1985-04-12T23:20:50.52Z", 482_196_050_520),
        ("1996-12-19T16:39:57-08:00", 851_042_397_000), ("1990-12-31T23:59:60Z", 662_688_000_000),
        ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130), ("2024-02-29t00:00:00.1239z", 1_709_164_800_123),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(WallTime(text) == WallTime(milliseconds: milliseconds))
    }

    @Test(arguments: [
        "", "2026", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Z ", "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+24:00", "-026-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "99999999999",
    ])
    func refuses(_ text: String) { #expect(WallTime(text) == nil) }

    @Test func readsWhatItWrites() {
        var milliseconds: Int64 = -62_167_219_200_000
        while milliseconds < 253_402_300_799_999 {
            let time = WallTime(milliseconds: milliseconds)
            #expect(WallTime(time.description) == time)
            milliseconds += 86_400_000 * 137 + 12_345
        }
    }
}
