import ChatDomain
import ChatStore
import Testing

@Suite("A user's own stream, in every store")
struct UserStreamContractTests {
    private func setting(_ user: User, _ text: String) -> Draft {
        .account(
            .updateProfile(user.id, displayName: nil, phone: nil, settings: UserSettings(statusText: text)))
    }

    @Test("Its events are numbered without gaps and read back", arguments: Backend.allCases)
    func reading(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let commit = try fixture.append(
            (1...5).flatMap { [setting(ada, "\($0)"), setting(bob, "b\($0)")] })
        let events = commit.userEvents.filter { $0.user == ada.id }
        #expect(events.map(\.offset) == [1, 2, 3, 4, 5])
        #expect(Set(commit.userEvents.map(\.epoch)).count == 2)
        for (after, limit, expected) in [
            (0, 9, 0..<5), (2, 2, 2..<4), (5, 9, 5..<5), (.max, 9, 5..<5), (.min, 9, 0..<5), (0, 0, 0..<0),
            (0, -1, 0..<0), (3, .max, 3..<5),
        ] as [(Int64, Int, Range<Int>)] {
            #expect(
                try fixture.reader.userEvents(of: ada.id, after: after, limit: limit) == Array(events[expected]),
                "after \(after) limit \(limit)")
        }
        #expect(try fixture.reader.account(ada.id)?.offset == 5)
        #expect(try fixture.reader.userEvents(of: UserID(9), after: 0, limit: 9) == [])
    }

    @Test("At least the newest thousand are kept", arguments: Backend.allCases)
    func length(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        _ = try fixture.append((1...3_500).map { setting(ada, "\($0)") })
        let kept = try fixture.reader.userEvents(of: ada.id, after: 0, limit: 5_000)
        #expect(kept.count >= 1_000 && kept.count < 3_000)
        #expect(kept.map(\.offset) == Array((3_501 - Int64(kept.count))...3_500))
        #expect(try fixture.reader.userEvents(of: ada.id, after: 3_498, limit: 9).map(\.offset) == [3_499, 3_500])
        #expect(try fixture.reader.account(ada.id)?.offset == 3_500)
    }
}
