import Testing
import WSProtocol

@Suite struct WebSocketTests {
    /// Carries bytes until neither side has anything to say; returns what each side got.
    private func settle(_ a: inout WebSocket, _ b: inout WebSocket) -> (a: [WSEvent], b: [WSEvent]) {
        var events: ([WSEvent], [WSEvent]) = ([], [])
        for _ in 0..<100 {
            let toB = a.takeOutput()
            let toA = b.takeOutput()
            if toA.isEmpty, toB.isEmpty { return events }
            b.append(toB)
            while let event = b.next() { events.1.append(event) }
            a.append(toA)
            while let event = a.next() { events.0.append(event) }
        }
        Issue.record("the two never stop talking")
        return events
    }

    @Test func conversation() {
        var client = WebSocket(role: .client)
        var server = WebSocket(role: .server)
        client.send("hello")
        client.ping([1, 2])
        server.send(.binary, [9])
        let (atClient, atServer) = settle(&client, &server)
        #expect(atServer == [.message(.text, Array("hello".utf8)), .ping([1, 2])])
        #expect(atClient == [.message(.binary, [9]), .pong([1, 2])])
        client.close(.goingAway, reason: "bye")
        #expect(client.state == .closing)
        client.send("too late")
        let last = settle(&client, &server)
        #expect(last.b == [.close(.goingAway, reason: "bye")])
        #expect(last.a == [.close(.goingAway, reason: "")])
        #expect(client.state == .closed && server.state == .closed)
    }

    /// §5.5.1: both may begin at once; each takes the other's frame for its answer.
    @Test func bothClose() {
        var client = WebSocket(role: .client)
        var server = WebSocket(role: .server)
        client.close(.normal)
        server.close(.serviceRestart)
        let (atClient, atServer) = settle(&client, &server)
        #expect(atClient == [.close(.serviceRestart, reason: "")])
        #expect(atServer == [.close(.normal, reason: "")])
        #expect(client.state == .closed && server.state == .closed)
    }

    /// §7.1.7: a violation is answered once, with its code.
    @Test func violation() {
        var server = WebSocket(role: .server)
        server.append([0xFF, 0x80, 1, 2, 3, 4])
        #expect(server.next() == nil)
        #expect(server.violation == .reservedBits(7))
        #expect(server.state == .closed)
        let reason = Array("reserved bits are set: 7".utf8)
        #expect(server.takeOutput() == frame(8, [3, 0xEA] + reason, mask: nil))
        server.append(frame(1))
        #expect(server.next() == nil)
        server.send("x")
        server.close()
        #expect(server.takeOutput().isEmpty)
    }

    @Test func floodOfPings() {
        var server = WebSocket(role: .server, limits: WSLimits(controlFramesPerSecondMax: 1))
        server.advance(toMs: 0)
        server.append(frame(9) + frame(9))
        #expect(server.next() == .ping([]))
        #expect(server.next() == nil)
        #expect(server.violation == .tooManyControlFrames)
        #expect(server.violation?.closeCode.description == "1008")
    }

    /// §5.3: every frame of a client has a mask of its own.
    @Test func masksDiffer() {
        var client = WebSocket(role: .client)
        var masks: Set<[UInt8]> = []
        for _ in 0..<50 {
            client.ping()
            masks.insert(Array(client.takeOutput()[2...]))
        }
        #expect(masks.count > 45)
    }

    /// Every error's phrase fits a close frame.
    @Test(arguments: [
        WSError.reservedBits(7), .unknownOpcode(15), .unmaskedFrame, .maskedFrame, .nonMinimalLength, .lengthTopBit,
        .fragmentedControlFrame, .controlFrameTooLong, .unexpectedContinuation, .interleavedMessage, .invalidUTF8,
        .truncatedCloseCode, .invalidCloseCode(65_535), .invalidCloseReason, .frameTooBig, .messageTooBig,
        .tooManyFragments, .invalidCompressedData, .compressionRatioTooHigh, .tooManyControlFrames, .outOfMemory,
    ])
    func errorsCanBeSent(_ error: WSError) {
        #expect(error.closeCode.mayBeSent)
        #expect(error.description.utf8.count <= 123)
    }
}
