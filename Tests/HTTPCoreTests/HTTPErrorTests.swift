import HTTPCore
import Testing

@Suite struct HTTPErrorTests {
    @Test(arguments: [
        (HTTPError.malformedRequestLine, 400), (.malformedTarget, 400), (.methodNotImplemented, 501),
        (.versionNotSupported, 505), (.requestLineTooLong, 414), (.headTooLarge, 431), (.tooManyHeaders, 431),
        (.malformedHeader, 400), (.foldedHeader, 400), (.hostMissing, 400), (.hostRepeated, 400), (.malformedHost, 400),
        (.framingConflict, 400), (.malformedContentLength, 400), (.malformedTransferEncoding, 400),
        (.transferCodingNotImplemented, 501), (.malformedChunk, 400), (.chunkExtensionsTooLarge, 413),
        (.bodyTooLarge, 413), (.expectationUnknown, 417), (.malformedProxyHead, 400), (.malformedStatusLine, 502),
        (.endedEarly, 502),
    ])
    func knowsItsAnswer(_ error: HTTPError, _ code: Int) {
        #expect(error.status.code == code)
        #expect(error.status.reason != "Unknown")
        #expect(error.description.hasSuffix(".") && error.description.count > 10)
    }

    /// Every status with a name of its own, and the reason that goes with it.
    @Test(arguments: [
        (Status.continue, 100), (.switchingProtocols, 101), (.ok, 200), (.created, 201), (.accepted, 202),
        (.noContent, 204), (.resetContent, 205), (.partialContent, 206), (.movedPermanently, 301), (.found, 302),
        (.seeOther, 303), (.notModified, 304), (.temporaryRedirect, 307), (.permanentRedirect, 308), (.badRequest, 400),
        (.unauthorized, 401), (.forbidden, 403), (.notFound, 404), (.methodNotAllowed, 405), (.notAcceptable, 406),
        (.requestTimeout, 408), (.conflict, 409), (.gone, 410), (.lengthRequired, 411), (.preconditionFailed, 412),
        (.contentTooLarge, 413), (.uriTooLong, 414), (.unsupportedMediaType, 415), (.rangeNotSatisfiable, 416),
        (.expectationFailed, 417), (.misdirectedRequest, 421), (.unprocessable, 422), (.upgradeRequired, 426),
        (.tooManyRequests, 429), (.headersTooLarge, 431), (.internalError, 500), (.notImplemented, 501),
        (.badGateway, 502), (.unavailable, 503), (.gatewayTimeout, 504), (.versionNotSupported, 505),
    ])
    func statusesHaveTheirCodes(_ status: Status, _ code: Int) {
        #expect(status.code == code)
        #expect(status.description == "\(code) \(status.reason)" && status.reason != "Unknown")
        #expect(status.isInformational == (code < 200))
        #expect(status.allowsBody == ![100, 101, 204, 304].contains(code))
    }

    @Test func methodsHaveTheirNames() {
        for method in Method.all { #expect(Method(method.name) == method && "\(method)" == method.name) }
        #expect(Set(Method.all).count == 9)
        for name in ["", "get", "GETS", "OPTIONSS", "BREW", "PROPFIND"] { #expect(Method(name) == nil) }
    }
}
