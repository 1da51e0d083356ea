import ChatDomain
import ChatHub
import Testing

@testable import ChatServerApp

@Suite struct HubEventTests {
    /// What a peer has sent cannot look like a field of its own.
    @Test func aRefusedOriginIsOneLine() {
        let refusal = HubEvent.originRefused(origin: "a\" host=\"b\\", host: "c", scheme: "https", remedy: "--x y")
        #expect(
            line(of: refusal)
                == #"warning: origin.refused origin="a\" host=\"b\\" host="c" scheme="https" set="--x y""#)
        let bare = HubEvent.originRefused(origin: "o", host: "", scheme: nil, remedy: nil)
        #expect(line(of: bare) == #"warning: origin.refused origin="o" host="""#)
    }

    /// Behind the time.
    private func line(of event: HubEvent) -> String {
        let line = event.logEvent.line(at: WallTime(milliseconds: 0))
        return String(line.drop { $0 != " " }.dropFirst().dropLast())
    }
}
