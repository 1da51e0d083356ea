import ChatDomain

/// What a reader says about a document, one line a token, with texts decoded.
func transcript(_ bytes: [UInt8]) throws(JSONError) -> [String] {
    var reader = JSONReader()
    var lines: [String] = []
    while let token = try reader.next(in: bytes) { lines.append(line(for: token, in: bytes)) }
    return lines
}

func transcript(_ text: String) throws(JSONError) -> [String] { try transcript(Array(text.utf8)) }

private func line(for token: JSONToken, in bytes: [UInt8]) -> String {
    switch token {
    case .beginObject: "{"
    case .endObject: "}"
    case .beginArray: "["
    case .endArray: "]"
    case .key(let text): "key " + text.string(in: bytes)
    case .string(let text): "string " + text.string(in: bytes)
    case .number(let range): "number " + String(decoding: bytes[range], as: UTF8.self)
    case .bool(let flag): "\(flag)"
    case .null: "null"
    }
}

/// The error that a document is refused with; nil where it is accepted.
func refusal(of bytes: [UInt8]) -> JSONError? {
    do throws(JSONError) {
        _ = try transcript(bytes)
        return nil
    } catch {
        return error
    }
}

/// Writes a tree, in the order it was read in.
func write(_ value: JSONValue, to writer: inout JSONWriter) {
    switch value {
    case .null: writer.null()
    case .bool(let flag): writer.value(flag)
    case .number(let digits): writer.raw(Array(digits.utf8))
    case .string(let text): writer.value(text)
    case .array(let elements):
        writer.beginArray()
        for element in elements { write(element, to: &writer) }
        writer.endArray()
    case .object(let members):
        writer.beginObject()
        for member in members {
            writer.key(text: member.key)
            write(member.value, to: &writer)
        }
        writer.endObject()
    }
}

func encode(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    write(value, to: &writer)
    return writer.takeBytes()
}
