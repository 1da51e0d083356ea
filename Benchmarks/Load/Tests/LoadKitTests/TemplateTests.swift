import Testing

@testable import LoadKit

@Suite struct TemplateTests {
    private let values = Template.Values(
        room: 1, user: 2, roomIDs: ["r0", "r1"], userIDs: ["u0"], payload: Array("hello".utf8))

    @Test(arguments: [
        ("plain", "plain"),
        ("/broadcast/{room}", "/broadcast/1"),
        // The file of users has no third line: the number stands for it.
        (
            #"{"room_id":"{room_id}","user":"{user_id}/{user}","value":["{payload}"]}"#,
            #"{"room_id":"r1","user":"2/2","value":["hello"]}"#
        ),
        ("{unknown} é", "{unknown} é"),
    ])
    func fillsIn(_ template: String, _ text: String) {
        #expect(String(decoding: Template(template).render(values), as: UTF8.self) == text)
    }

    @Test func knowsWhereThePayloadIs() {
        #expect(Template("{room}-{payload}-{user}").payloadOffset(values) == 2)
        #expect(Template("{room}").payloadOffset(values) == nil)
    }
}
