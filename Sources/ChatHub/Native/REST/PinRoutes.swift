import ChatDomain
import ChatStore
import HTTPCore

/// What a room shows above all.
extension Native {
    static let pinResources: [Route] = [
        .signedIn(.get, "/v1/rooms/{id}/pins", listPins),
        .signedIn(.put, "/v1/rooms/{id}/pins/{seq}", pin),
        .signedIn(.delete, "/v1/rooms/{id}/pins/{seq}", unpin),
    ]

    /// The newest pin first; never more than there may be.
    private static func listPins(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let viewer = principal.id
        call.read(in: room, for: viewer) {
            (reader: borrowing any ChatStoreReader) throws(StoreError) -> [PinListing] in
            try reader.pins(of: room, for: viewer)
        } then: { pins throws(Problem) in
            call.reply(page: "pins", ListPage(rows: pins, next: nil)) { NativeJSON.append($0, to: &$1) }
        }
    }

    private static func pin(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.post(.pin(try call.roomID(), seq: try call.id("seq"), by: principal.id))
    }

    private static func unpin(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.post(.unpin(try call.roomID(), seq: try call.id("seq"), by: principal.id))
    }
}

extension NativeJSON {
    static func append(_ listing: PinListing, to json: inout JSONWriter) {
        json.beginObject()
        json.member("seq", listing.pin.seq)
        json.member("by", listing.pin.by)
        json.member("at", listing.pin.at)
        json.key("message")
        append(listing.message, to: &json)
        json.endObject()
    }
}
