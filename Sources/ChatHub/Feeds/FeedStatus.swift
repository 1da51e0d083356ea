import ChatDomain

/// What is known of a feed: how it is, and what it has done since it was made.
public struct FeedStatus: Sendable, Equatable, Codable {
    let name: String
    /// Without what may be secret in it; nil for the demo feed.
    let url: String?
    let format: String
    var state = State.connecting
    var items = 0
    /// That came over the network, before decompression.
    var bytes = 0
    /// Lines, events or messages that are no items: no JSON, or too long.
    var badLines = 0
    /// Items that were thrown away for one of the loops, because it did not keep up.
    var dropped = 0
    var reconnects = 0
    /// A sentence about why it last came to an end.
    var lastError: String?
    /// While it waits: when it tries again.
    var retryAt: WallTime?
    /// When the last item came.
    var lastItemAt: WallTime?

    /// How a feed is.
    public enum State: String, Sendable, Codable {
        /// On the way to the first bytes of an answer.
        case connecting
        /// Items come as the source has them.
        case streaming
        /// It has failed, and will try again.
        case waiting
        /// The source has said that there is nothing more.
        case stopped
    }

    init(_ configuration: FeedConfiguration) {
        name = configuration.name
        switch configuration.source {
        case .url(let url, let format): (self.url, self.format) = (url.shown, format.rawValue)
        case .demo: (url, format) = (nil, "demo")
        }
    }

    func append(to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", name)
        if let url { json.member("url", url) }
        json.member("format", format)
        json.member("state", state.rawValue)
        json.member("items", items)
        json.member("bytes", bytes)
        json.member("bad_lines", badLines)
        json.member("dropped", dropped)
        json.member("reconnects", reconnects)
        if let lastError { json.member("last_error", lastError) }
        if let retryAt { json.member("retry_at", retryAt) }
        if let lastItemAt { json.member("last_item_at", lastItemAt) }
        json.endObject()
    }
}
