import Testing

@testable import WSProtocol

private func accepted(_ header: String, _ options: DeflateOptions = DeflateOptions()) -> String? {
    DeflateNegotiation.accept(header, options)?.answer
}

@Suite struct DeflateNegotiationTests {
    /// What a server with default options answers. RFC 7692 §7.1, and the grammar of RFC 6455 §9.1.
    @Test(arguments: [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits=15", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits=10", "permessage-deflate; client_max_window_bits=10"),
        ("permessage-deflate; server_max_window_bits=10", "permessage-deflate; server_max_window_bits=10"),
        ("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"),
        ("permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8"),
        ("permessage-deflate;server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
        ("permessage-deflate ;\tclient_no_context_takeover ", "permessage-deflate; client_no_context_takeover"),
        (
            "permessage-deflate; client_max_window_bits=\"9\"; server_max_window_bits = \"1\\1\"; "
                + "client_no_context_takeover; server_no_context_takeover",
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=11; "
                + "client_max_window_bits=9"
        ),
        ("x-other, permessage-deflate", "permessage-deflate"),
        (",, permessage-deflate ,", "permessage-deflate"),
        ("permessage-deflate; unknown, permessage-deflate", "permessage-deflate"),
        (
            "permessage-deflate; server_max_window_bits=10, permessage-deflate",
            "permessage-deflate; server_max_window_bits=10"
        ),
    ])
    func legalOffers(_ header: String, _ answer: String) { #expect(accepted(header) == answer) }

    @Test(arguments: [
        "", "x-other", "Permessage-Deflate", "permessage-deflate; unknown", "permessage-deflate; unknown=1",
        "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits=+9", "permessage-deflate; server_max_window_bits=\"\"",
        "permessage-deflate; client_max_window_bits=0",
        "permessage-deflate; client_max_window_bits=99999999999999999999",
        "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
        // Not of the grammar.
        "permessage-deflate;", "permessage-deflate; ;", "permessage-deflate; =", "permessage-deflate; a=",
        "permessage-deflate; a=\"b", "permessage-deflate; a=\"b\\", "permessage-deflate; a=\"b c\"",
        "permessage-deflate permessage-deflate", "permessage-deflate; a=b c", "permessage-deflate, b;",
        "permessage-deflate=1", "; permessage-deflate", "perméssage", "permessage-deflate\0",
    ])
    func declinedOffers(_ header: String) { #expect(accepted(header) == nil) }

    @Test func optionsOfTheServer() {
        let options = DeflateOptions(
            serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 12,
            clientMaxWindowBits: 11)
        // The client must have said that its window may be limited (RFC 7692 §7.1.2.2).
        #expect(accepted("permessage-deflate", options) == nil)
        let both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
        let limited = both + "server_max_window_bits=12; client_max_window_bits=11"
        #expect(accepted("permessage-deflate; client_max_window_bits", options) == limited)
        #expect(accepted("permessage-deflate, permessage-deflate; client_max_window_bits=13", options) == limited)
        #expect(
            accepted("permessage-deflate; client_max_window_bits=9; server_max_window_bits=10", options)
                == both + "server_max_window_bits=10; client_max_window_bits=9")
    }

    @Test(arguments: [
        (DeflateOptions(), "permessage-deflate; client_max_window_bits"),
        (
            DeflateOptions(
                serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9,
                clientMaxWindowBits: 10),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; "
                + "client_max_window_bits=10"
        ),
    ])
    func offersOfTheClient(_ options: DeflateOptions, _ header: String) {
        #expect(DeflateNegotiation.offer(options) == header)
    }

    @Test(arguments: [
        "x-other", "permessage-deflate, permessage-deflate", "permessage-deflate, x", "permessage-deflate; unknown",
        "permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=16", ";",
    ])
    func wrongAnswers(_ header: String) {
        #expect(throws: HandshakeFailure.unexpectedExtension) {
            try DeflateNegotiation.check(header, DeflateOptions())
        }
    }

    /// A server must say that it does what it was asked to.
    @Test(arguments: ["permessage-deflate", "permessage-deflate; server_max_window_bits=10"])
    func answersThatFallShort(_ header: String) {
        #expect(throws: HandshakeFailure.unexpectedExtension) {
            try DeflateNegotiation.check(header, DeflateOptions(serverMaxWindowBits: 9))
        }
        #expect(throws: HandshakeFailure.unexpectedExtension) {
            try DeflateNegotiation.check(header, DeflateOptions(serverNoContextTakeover: true))
        }
    }

    @Test func nothingWasOffered() throws {
        #expect(throws: HandshakeFailure.unexpectedExtension) {
            try DeflateNegotiation.check("permessage-deflate", nil)
        }
        #expect(try DeflateNegotiation.check("", nil) == nil)
        #expect(try DeflateNegotiation.check(" , ", DeflateOptions()) == nil)
    }

    /// Whatever options meet, both sides come to the same agreement through the whole handshake.
    @Test(arguments: [8, 9, 15], [8, 12, 15])
    func bothSidesAgree(_ clientBits: Int, _ serverBits: Int) throws {
        for flags in 0..<4 {
            let client = DeflateOptions(
                serverNoContextTakeover: flags & 1 != 0, serverMaxWindowBits: clientBits,
                clientMaxWindowBits: serverBits)
            let server = DeflateOptions(
                clientNoContextTakeover: flags & 2 != 0, serverMaxWindowBits: serverBits,
                clientMaxWindowBits: clientBits)
            let (agreement, answer) = try #require(
                DeflateNegotiation.accept(DeflateNegotiation.offer(client), server))
            #expect(try DeflateNegotiation.check(answer, client) == agreement)
            #expect(agreement.serverMaxWindowBits == min(clientBits, serverBits))
            #expect(agreement.serverNoContextTakeover == (flags & 1 != 0))
            #expect(agreement.clientNoContextTakeover == (flags & 2 != 0))
        }
    }
}
