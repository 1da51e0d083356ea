import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// Who sees whose presence, while blocks begin and end, and people come to rooms and leave.
@Suite struct PresenceWatchingTests {
    /// The states that a client has been told of, as it shows them.
    private struct View {
        let client: TestClient
        private(set) var states: [String: String] = [:]

        init(_ client: TestClient) { self.client = client }

        mutating func update() {
            for frame in client.takeObjects() {
                switch frame.type {
                case "presence.state": states = [:]
                case "presence.diff": break
                default: continue
                }
                for user in frame["users"]?.object ?? [] {
                    states[user.key] = user.value["state"]?.string
                }
            }
        }

        /// What is shown of somebody; nil where nothing has been told.
        mutating func state(of user: UserID) -> String? {
            update()
            return states["\(user.rawValue)"]
        }
    }

    private func watch(_ client: TestClient, _ users: [UserID]) {
        let ids = users.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        client.send(#"{"type":"presence.watch","id":"w","users":[\#(ids)]}"#)
    }

    /// The state is told at once, with no time passing, and what changes afterwards is told as well.
    @Test(arguments: loopCounts, [true, false])
    func aWatchComesBackWhenABlockEnds(loopCount: Int, isBlockedAtFirst: Bool) throws {
        let scene = try NativeScene(loopCount: loopCount)
        _ = try scene.makeRoom(0, 1)
        let (ada, bob) = (scene.users[0], scene.users[1])
        let other = try scene.arrive(1, loop: 1).client
        scene.harness.advance(byMs: 1_500)
        if isBlockedAtFirst { scene.apply(.account(.block(ada, by: bob))) }
        var view = View(try scene.arrive(0, loop: 2).client)
        watch(view.client, [bob])
        scene.harness.run()
        #expect(view.state(of: bob) == (isBlockedAtFirst ? nil : "online"))
        if !isBlockedAtFirst {
            scene.apply(.account(.block(ada, by: bob)))
            #expect(view.state(of: bob) == "offline")
        }
        // Nothing of it is told, however long it takes.
        other.send(#"{"type":"presence.set","id":"p","state":"dnd"}"#)
        scene.harness.advance(byMs: 5_000)
        #expect(view.state(of: bob) == (isBlockedAtFirst ? nil : "offline"))
        scene.apply(.account(.unblock(ada, by: bob)))
        #expect(view.state(of: bob) == "dnd")
        other.send(#"{"type":"presence.set","id":"p","state":"away"}"#)
        scene.harness.advance(byMs: 5_000)
        #expect(view.state(of: bob) == "away")
        // The other way round it makes no difference.
        scene.apply(.account(.block(bob, by: ada)))
        #expect(view.state(of: bob) == "away")
    }

    /// Who shares no room is not seen, and is once they do.
    @Test(arguments: loopCounts)
    func aWatchFollowsComingAndGoing(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let bob = scene.users[1]
        _ = try scene.arrive(1, loop: 1)
        var view = View(try scene.arrive(0, loop: 2).client)
        watch(view.client, [bob])
        scene.harness.advance(byMs: 2_000)
        #expect(view.state(of: bob) == nil)
        let room = try scene.makeRoom(0, 1)
        scene.harness.advance(byMs: 1_000)
        #expect(view.state(of: bob) == "online")
        scene.apply(.room(.leave(room, by: bob)))
        scene.harness.advance(byMs: 1_000)
        #expect(view.state(of: bob) == "offline")
        scene.apply(.room(.addMembers(room, [bob], role: nil, by: scene.users[0])))
        scene.harness.advance(byMs: 1_000)
        #expect(view.state(of: bob) == "online")
    }

    /// Nobody is left with what was so once, in whatever order all loops and the store get to it.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func theLastWordIsTheTruth(seed: UInt64) throws {
        let scene = try NativeScene(loopCount: Int(seed % 3) + 1, seed: seed, userCount: 4)
        let room = try scene.makeRoom(0, 1, 2, 3)
        var random = SplitMix64(seed: seed)
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        var views: [View] = []
        for user in 0..<4 { views.append(View(try scene.arrive(user, loop: user).client)) }
        for view in views { watch(view.client, scene.users) }
        for _ in 0..<60 {
            let (one, other) = (scene.users[pick(4)], scene.users[pick(4)])
            switch pick(6) {
            case 0 where one != other: scene.submit(.account(.block(one, by: other)))
            case 1 where one != other: scene.submit(.account(.unblock(one, by: other)))
            case 2 where one != scene.users[0]: scene.submit(.room(.leave(room, by: one)))
            case 3: scene.submit(.room(.addMembers(room, [one], role: nil, by: scene.users[0])))
            case 4: watch(views[pick(4)].client, scene.users)
            default: for _ in 0..<pick(6) { _ = scene.harness.step() }
            }
        }
        scene.harness.advance(byMs: 10_000)
        let store = scene.harness.store
        for (index, user) in scene.users.enumerated() {
            views[index].update()
            for other in scene.users where other != user {
                let isSeen =
                    try store.contacts(of: user, among: [other]) == [other]
                    && !store.hasBlocked(user, by: other)
                #expect((views[index].states["\(other.rawValue)"] == "online") == isSeen, "\(user) of \(other)")
            }
        }
    }
}
