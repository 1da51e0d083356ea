import ChatDomain
import Testing

@testable import ChatServerApp

@Suite struct BackupNameTests {
    @Test(arguments: [
        (0, "1970-01-01T00-00-00Z"), (951_827_696_000, "2000-02-29T12-34-56Z"),
        (1_767_225_599_999, "2025-12-31T23-59-59Z"),
    ]) func namesAreTimes(milliseconds: Int64, name: String) {
        #expect(BackupName.name(at: WallTime(milliseconds: milliseconds)) == name)
        #expect(BackupName.time(name) == WallTime(milliseconds: milliseconds / 1_000 * 1_000))
    }

    @Test func everyDayComesBack() {
        for day in stride(from: Int64(-300_000), to: 900_000, by: 97) {
            let time = WallTime(milliseconds: day * 86_400_000 + 3_600_000)
            #expect(BackupName.time(BackupName.name(at: time)) == time)
        }
    }

    @Test(arguments: [
        "", "backup", "2025-02-29T00-00-00Z", "2025-13-01T00-00-00Z", "2025-01-01T24-00-00Z", "2025-01-01T00-00-60Z",
        "2025-01-01 00-00-00Z", "2025-01-01T00:00:00Z", "2025-01-01T00-00-00Z.partial", "2025-01-01T00-00-00",
        "+025-01-01T00-00-00Z", "2025-01-01T0000-0000Z",
    ]) func othersAreNone(name: String) {
        #expect(BackupName.time(name) == nil)
    }
}
