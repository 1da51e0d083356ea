/// One step through a JSON document. Texts and numbers are ranges of the document's bytes.
public enum JSONToken: Equatable, Sendable {
    case beginObject
    case endObject
    case beginArray
    case endArray
    /// The name of a member; its value comes next.
    case key(JSONText)
    case string(JSONText)
    /// The number as it is written, which the grammar of RFC 8259 §6 allows; see `JSONReader.integer(_:in:)`.
    case number(Range<Int>)
    case bool(Bool)
    case null
}
