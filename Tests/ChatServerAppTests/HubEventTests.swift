import ChatHub
import Testing

@testable import ChatServerApp

@Suite struct HubEventTests {
    /// What a peer has sent cannot look like a field of its own.
    @Test func aRefusedOriginIsOneLine() {
        let refusal = OriginRefusal(origin: "a\" host=\"b\\", host: "c", scheme: "https", remedy: "--x y")
        #expect(
            HubEvent.originRefused(refusal).line
                == #"origin.refused origin="a\" host=\"b\\" host="c" scheme="https" set="--x y""#)
        let bare = OriginRefusal(origin: "o", host: "", scheme: nil, remedy: nil)
        #expect(HubEvent.originRefused(bare).line == #"origin.refused origin="o" host="""#)
    }
}
