import ChatDomain
import Testing

@Suite struct CodeTests {
    /// The names and statuses that clients rely on.
    @Test(
        arguments: [
            ("bad_request", 400), ("unauthorized", 401), ("token_expired", 401), ("forbidden", 403),
            ("not_found", 404), ("method_not_allowed", 405), ("conflict", 409), ("unrecoverable_position", 410),
            ("too_large", 413), ("unprocessable", 422), ("rate_limited", 429), ("internal", 500),
            ("unavailable", 503),
        ] as [(String, Int)])
    func everyErrorHasItsStatus(name: String, status: Int) throws {
        let code = try #require(ErrorCode(rawValue: name))
        #expect(code.status == status)
        #expect(ErrorCode(status: status).status == status)
        #expect(code.isTemporary == [429, 500, 503].contains(status))
        #expect(code.sentence.hasSuffix("."))
    }

    /// 4000 to 4499 mean: come back; 4500 to 4999: do not.
    @Test(arguments: CloseReason.allCases)
    func theNumberOfACloseCodeSaysWhetherToComeBack(reason: CloseReason) {
        #expect(reason.phrase.utf8.count <= 123)
        switch reason.rawValue {
        case 4000..<4500: #expect(reason.remedy != .stop)
        case 4500..<5000: #expect(reason.remedy == .stop)
        default: #expect(reason.rawValue < 1016)
        }
    }

    @Test(
        arguments: [
            ("1", 1), ("9223372036854775807", .max), ("0", nil), ("", nil), ("01", nil), ("+1", nil), ("-1", nil),
            ("9223372036854775808", nil), ("99999999999999999999", nil), ("1x", nil), ("1.0", nil), ("\u{661}", nil),
        ] as [(String, Int64?)])
    func anIdentifierIsWrittenInOneWay(text: String, value: Int64?) {
        #expect(WireID.parse(text) == value)
    }

    @Test(arguments: [0, 1, 0xFEDC_BA98_7654_3210, .max] as [UInt64])
    func anEpochIsReadAsItIsWritten(value: UInt64) {
        let text = Epoch(value).description
        #expect(text.utf8.count == 16)
        #expect(Epoch(text) == Epoch(value))
        #expect(Epoch(text + "0") == nil)
        #expect(Epoch(String(text.dropLast())) == nil)
        #expect(Epoch(String(text.dropLast()) + "g") == nil)
        #expect(Epoch(text.uppercased()) == (text == text.uppercased() ? Epoch(value) : nil))
    }
}
