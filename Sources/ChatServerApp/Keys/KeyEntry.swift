import ChatDomain
import ChatHub

/// An API key as it stands in the file.
struct KeyEntry: Equatable {
    var key: APIKey
    /// For people.
    var name: String
    var createdAt: WallTime

    /// What a key may do.
    struct Grants: Equatable {
        var publish: [TopicPattern] = []
        var managesFeeds = false
        var readsMetrics = false

        var isEmpty: Bool { publish.isEmpty && !managesFeeds && !readsMetrics }
    }

    /// A new one, and the key itself, which is shown once and kept nowhere.
    static func make(
        name: String, grants: Grants, at now: WallTime, using cryptography: Cryptography
    ) -> (entry: KeyEntry, secret: String) {
        let secret = APIKey.prefix + hexadecimal(cryptography.randomBytes(32))
        let key = APIKey(
            id: "k" + hexadecimal(cryptography.randomBytes(4)), digest: cryptography.digest(Array(secret.utf8)),
            publish: grants.publish, managesFeeds: grants.managesFeeds, readsMetrics: grants.readsMetrics)
        return (KeyEntry(key: key, name: name, createdAt: now), secret)
    }

    /// What it may do, in short.
    var grants: String {
        var grants = key.publish.map { "publish \($0.description)" }
        if key.managesFeeds { grants.append("feeds") }
        if key.readsMetrics { grants.append("metrics") }
        return grants.joined(separator: ", ")
    }

    // MARK: JSON

    init(key: APIKey, name: String, createdAt: WallTime) {
        self.key = key
        self.name = name
        self.createdAt = createdAt
    }

    /// nil where the JSON is no key.
    init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let digest = json["sha256"]?.string.flatMap(bytes(hexadecimal:)),
            digest.count == 32, let list = json["publish"]?.array, let createdMs = json["created_ms"]?.integer
        else { return nil }
        var publish: [TopicPattern] = []
        for element in list {
            guard let pattern = element.string.flatMap(TopicPattern.init) else { return nil }
            publish.append(pattern)
        }
        key = APIKey(
            id: id, digest: digest, publish: publish, managesFeeds: json["feeds"]?.bool ?? false,
            readsMetrics: json["metrics"]?.bool ?? false)
        name = json["name"]?.string ?? ""
        createdAt = WallTime(milliseconds: createdMs)
    }

    static func encode(_ entries: [KeyEntry]) -> [UInt8] {
        var json = JSONWriter(reserving: 64 + entries.count * 256)
        json.beginObject()
        json.key("keys")
        json.beginArray()
        for entry in entries {
            json.beginObject()
            json.member("id", entry.key.id)
            json.member("name", entry.name)
            json.member("sha256", hexadecimal(entry.key.digest))
            json.key("publish")
            json.beginArray()
            for pattern in entry.key.publish { json.value(pattern.description) }
            json.endArray()
            json.member("feeds", entry.key.managesFeeds)
            json.member("metrics", entry.key.readsMetrics)
            json.member("created_ms", entry.createdAt.milliseconds)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.takeBytes()
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

private func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
        guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
            return nil
        }
        bytes.append(byte)
    }
    return bytes
}
