import ChatDomain

/// The body of a request: a JSON object, of which fields are asked for by kind. A field that is missing or of another
/// kind is a `bad_request`; unknown ones are passed over.
struct JSONBody {
    let value: JSONValue

    /// - Parameter valuesMax: what a list in it may hold has limits of its own.
    init(parsing bytes: [UInt8], valuesMax: Int) throws(Problem) {
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, valuesMax: valuesMax)
        } catch {
            throw Problem(.badRequest, "The body is not valid JSON: \(error.description)")
        }
        guard case .object = value else { throw Problem(.badRequest, "The body is not a JSON object.") }
    }

    init(_ value: JSONValue) { self.value = value }

    /// Whether the field is there, `null` included.
    func has(_ name: String) -> Bool { value[name] != nil }

    /// Whether the field is there and `null`.
    func isNull(_ name: String) -> Bool { value[name]?.isNull ?? false }

    func string(_ name: String) throws(Problem) -> String {
        guard let text = try optionalString(name) else { throw .missing(name) }
        return text
    }

    /// nil where there is no such field, or it is `null`.
    func optionalString(_ name: String) throws(Problem) -> String? {
        guard let field = field(name) else { return nil }
        guard let text = field.string else { throw wrong(name, "a string") }
        return text
    }

    func optionalInteger(_ name: String) throws(Problem) -> Int64? {
        guard let field = field(name) else { return nil }
        guard let number = field.integer else { throw wrong(name, "a whole number") }
        return number
    }

    func optionalBool(_ name: String) throws(Problem) -> Bool? {
        guard let field = field(name) else { return nil }
        guard let flag = field.bool else { throw wrong(name, "true or false") }
        return flag
    }

    func optionalObject(_ name: String) throws(Problem) -> JSONBody? {
        guard let field = field(name) else { return nil }
        guard case .object = field else { throw wrong(name, "an object") }
        return JSONBody(field)
    }

    /// Identifiers as strings; what is a string, but no identifier, is `unprocessable`.
    func optionalIDs(_ name: String, countMax: Int) throws(Problem) -> [Int64]? {
        guard let field = field(name) else { return nil }
        guard let array = field.array else { throw wrong(name, "an array") }
        guard array.count <= countMax else {
            throw Problem(.unprocessable, "The field '\(name)' holds more than \(countMax) entries.")
        }
        var ids: [Int64] = []
        for element in array {
            guard let text = element.string else { throw wrong(name, "an array of strings") }
            guard let id = WireID.parse(text) else {
                throw Problem(.unprocessable, "The field '\(name)' holds something that is no identifier.")
            }
            ids.append(id)
        }
        return ids
    }

    /// nil where there is no such field.
    func strings(_ name: String) throws(Problem) -> [String]? {
        guard let field = value[name] else { return nil }
        guard let array = field.array else { throw wrong(name, "an array") }
        var strings: [String] = []
        for element in array {
            guard let text = element.string else { throw wrong(name, "an array of strings") }
            strings.append(text)
        }
        return strings
    }

    private func field(_ name: String) -> JSONValue? {
        guard let field = value[name], !field.isNull else { return nil }
        return field
    }

    private func wrong(_ name: String, _ kind: String) -> Problem {
        Problem(.badRequest, "The field '\(name)' is not \(kind).")
    }
}
