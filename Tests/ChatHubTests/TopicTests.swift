import ChatDomain
import Testing

@testable import ChatHub

@Suite struct TopicTests {
    private func makeConnection(_ number: UInt64) -> Connection {
        Connection(
            id: ConnectionID(number: number, slot: Int(number)), peer: nil, phase: .over,
            at: Instant(milliseconds: 0))
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func membersAreThoseOfASet(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let topics = (0..<6).map { Listeners(.broadcast(String($0))) }
        let connections = (1...25).map { makeConnection($0) }
        var model = [Set<ConnectionID>](repeating: [], count: topics.count)
        for _ in 0..<1_000 {
            let index = Int(random.next() % UInt64(topics.count))
            let connection = connections[Int(random.next() % UInt64(connections.count))]
            if random.next() % 2 == 0 {
                if !topics[index].contains(connection) { topics[index].add(connection) }
                model[index].insert(connection.id)
            } else {
                // Removing whoever is no member changes nothing.
                topics[index].remove(connection)
                model[index].remove(connection.id)
            }
            #expect(topics[index].contains(connection) == model[index].contains(connection.id), "seed \(seed)")
            #expect(topics[index].isEmpty == model[index].isEmpty, "seed \(seed)")
        }
        for (topic, expected) in zip(topics, model) {
            #expect(Set(topic.members.map(\.id)) == expected, "seed \(seed)")
            #expect(topic.members.count == expected.count, "seed \(seed)")
        }
        for connection in connections {
            for membership in connection.memberships {
                #expect(membership.topic.members[membership.index] === connection, "seed \(seed)")
            }
            #expect(connection.memberships.count == model.count { $0.contains(connection.id) }, "seed \(seed)")
        }
    }
}

@Suite struct BatchTests {
    private let me = ConnectionID(number: 1, slot: 5)
    private let myself = UserID(7)

    private var batch: FrameBatch {
        var batch = FrameBatch()
        batch.append(excluding: .nobody, isEphemeral: false) { $0 += [1, 1] }
        batch.append(excluding: .connection(me), isEphemeral: false) { $0 += [2] }
        batch.append(excluding: .user(myself), isEphemeral: true) { $0 += [3, 3, 3] }
        batch.append(excluding: .nobody, isEphemeral: true) { $0 += [4] }
        batch.append(excluding: .user(UserID(8)), isEphemeral: false) { $0 += [5, 5] }
        return batch
    }

    @Test func selectsFrameByFrame() {
        let other = ConnectionID(number: 2, slot: 6)
        let cases: [(ConnectionID, UserID?, Bool, [UInt8])] = [
            (me, myself, true, [1, 1, 4, 5, 5]),
            (me, myself, false, [1, 1, 5, 5]),
            (other, myself, true, [1, 1, 2, 4, 5, 5]),
            (other, nil, true, [1, 1, 2, 3, 3, 3, 4, 5, 5]),
            (other, nil, false, [1, 1, 2, 5, 5]),
            (other, UserID(8), true, [1, 1, 2, 3, 3, 3, 4]),
            // A later connection in the same slot is another one.
            (ConnectionID(number: 3, slot: 5), nil, false, [1, 1, 2, 5, 5]),
        ]
        for (connection, user, withEphemeral, expected) in cases {
            #expect(batch.bytes(for: connection, of: user, withEphemeral: withEphemeral) == expected)
        }
    }

    @Test func knowsWhatItHolds() {
        #expect(batch.hasEphemeral)
        #expect(batch.hasExclusions)
        #expect(batch.bytes == [1, 1, 2, 3, 3, 3, 4, 5, 5])
        #expect(Array(batch.exclusions).count == 5)
        var plain = FrameBatch()
        #expect(plain.isEmpty)
        plain.append(excluding: .nobody, isEphemeral: false) { $0 += [1] }
        #expect(!plain.hasEphemeral && !plain.hasExclusions && !plain.isEmpty)
    }

    /// Whoever is shut out of a frame, on whichever loop, does not get it; all others do, in order.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func exclusionsHoldWhateverElseIsPublishedInTheTurn(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let scene = try ChatAppScene(loopCount: 2)
        let harness = scene.harness
        var sockets: [TestClient] = []
        for index in 0..<6 {
            let user = [Demo.ashley, Demo.charles][Int(random.next() % 2)]
            sockets.append(try scene.socket(index, as: user))
        }
        for socket in sockets { harness.forget(socket) }
        let room = try #require(try harness.store.room(handle: Demo.room)).id
        var expected = [[String]](repeating: [], count: sockets.count)
        let users = sockets.map { harness.connection(of: $0)?.user }
        harness.turn(0) { hub in
            for index in 0..<30 {
                let excluded = Int(random.next() % UInt64(sockets.count))
                let exclusion: FrameBatch.Exclusion
                switch random.next() % 3 {
                case 0: exclusion = .nobody
                case 1: exclusion = .connection(sockets[excluded].id)
                default: exclusion = users[excluded].map { .user($0) } ?? .nobody
                }
                hub.publish(
                    textFrame(Array("\(index)".utf8)), to: .room(room), excluding: exclusion,
                    isEphemeral: random.next() % 2 == 0)
                for (place, socket) in sockets.enumerated() {
                    switch exclusion {
                    case .nobody: break
                    case .connection(let id): if id == socket.id { continue }
                    case .user(let user): if user == users[place] { continue }
                    }
                    expected[place].append("\(index)")
                }
            }
        }
        harness.run()
        for (socket, texts) in zip(sockets, expected) { #expect(socket.takeTexts() == texts, "seed \(seed)") }
    }
}
