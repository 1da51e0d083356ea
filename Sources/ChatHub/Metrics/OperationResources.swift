import ChatDomain
import ChatStore
import HTTPCore

/// For who runs the server: from this very machine, or as an administrator; figures also with a key that may read them. For
/// others there is nothing here.
extension Native {
    static let operationResources: [Route] = [
        .operators(.get, "/metrics", key: { $0.readsMetrics }, showMetrics),
        .operators(.get, "/ready", showReadiness),
    ]

    private static func showReadiness(_ call: RESTCall) {
        let reasons = unreadiness(of: call.hub)
        guard reasons.isEmpty else { return call.replyUnready(reasons) }
        // Whatever is asked, it shows that the store answers.
        call.hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Bool in
            _ = try reader.account(UserID(1))
            return true
        } then: { _, result in
            guard case .success = result else { return call.replyUnready(["reads"]) }
            call.reply { json in
                json.beginObject()
                json.member("status", "ready")
                json.endObject()
            }
        }
    }

    /// What this loop knows, and what the process does.
    private static func unreadiness(of hub: Hub) -> [String] {
        var reasons = hub.configuration.unreadiness()
        if hub.isDraining, !reasons.contains("draining") { reasons.append("draining") }
        if hub.isStoreBehind, !reasons.contains("commits") { reasons.append("commits") }
        return reasons
    }

    private static func showMetrics(_ call: RESTCall) {
        if case .operations(let figures) = call.hub.configuration.offer {
            return call.read { (_: borrowing any ChatStoreReader) throws(StoreError) in
                figures()
            } then: { text in
                call.reply(text: text, type: metricsType)
            }
        }
        call.hub.metricsGathering.ask(hub: call.hub) { loops in
            guard let loops else { return call.fail(.unavailable) }
            let text = metricsText(of: loops, call.hub.configuration.readings())
            call.reply(text: text, type: metricsType)
        }
    }

    private static let metricsType = "text/plain; version=0.0.4; charset=utf-8"

    static func metricsText(of loops: [LoopMetrics], _ readings: [MetricReading]) -> String {
        var text = MetricsText()
        text.begin("chat_connections", .gauge, "Open connections by loop and by what they speak.")
        for loop in loops {
            for kind in LoopMetrics.kinds {
                let count = loop.connections[kind] ?? 0
                text.add("chat_connections", [("loop", "\(loop.loop)"), ("kind", kind)], count)
            }
        }
        for figure in loopFigures {
            text.begin(figure.name, figure.kind, figure.help)
            for loop in loops { text.add(figure.name, [("loop", "\(loop.loop)")], figure.value(loop)) }
        }
        // Every loop sees every event.
        if let first = loops.first {
            text.begin("chat_events_total", .counter, "Committed events of all rooms since the start.")
            text.add("chat_events_total", [], first.counters.events)
            text.begin("chat_messages_total", .counter, "Committed messages since the start.")
            text.add("chat_messages_total", [], first.counters.messages)
            append(first.feeds, to: &text)
            text.begin("chat_errors_total", .counter, "Errors that clients were answered with, by code.")
            for code in ErrorCode.allCases {
                let count = loops.reduce(0) { $0 + ($1.counters.errors[code] ?? 0) }
                text.add("chat_errors_total", [("code", code.rawValue)], count)
            }
        }
        for reading in readings {
            text.begin(reading.name, reading.isCounter ? .counter : .gauge, reading.help)
            text.add(reading.name, reading.labels, reading.value)
        }
        return text.text
    }

    private struct LoopFigure: Sendable {
        let name: String
        let kind: MetricsText.Kind
        let help: String
        let value: @Sendable (LoopMetrics) -> Double

        init(
            _ name: String, _ kind: MetricsText.Kind, _ help: String,
            _ value: @escaping @Sendable (LoopMetrics) -> Double
        ) {
            self.name = name
            self.kind = kind
            self.help = help
            self.value = value
        }
    }

    private static let loopFigures = [
        LoopFigure("chat_accepted_total", .counter, "Connections taken in since the start.") {
            Double($0.counters.accepted)
        },
        LoopFigure("chat_requests_total", .counter, "HTTP requests since the start.") { Double($0.counters.requests) },
        LoopFigure("chat_queued_bytes", .gauge, "Bytes that receivers have not taken yet.") { Double($0.queuedBytes) },
        LoopFigure("chat_unwritten", .gauge, "Changes that wait for the store.") { Double($0.unwritten) },
        LoopFigure("chat_unwritten_seconds", .gauge, "How long the store has owed an answer.") {
            Double($0.unwrittenMs) / 1_000
        },
        LoopFigure("chat_questions", .gauge, "Look-ups that wait for the store's readers.") { Double($0.questions) },
        LoopFigure("chat_passwords", .gauge, "Passwords that wait to be hashed or checked.") { Double($0.passwords) },
        LoopFigure("chat_topics", .gauge, "Audiences with members, or with something to send.") { Double($0.topics) },
        LoopFigure("chat_native_users", .gauge, "Users with sockets of the native protocol.") { Double($0.users) },
        LoopFigure("chat_native_rooms", .gauge, "Rooms that such sockets are subscribed to.") { Double($0.rooms) },
    ]

    private static func append(_ feeds: [FeedStatus], to text: inout MetricsText) {
        guard !feeds.isEmpty else { return }
        text.begin("chat_feed_streaming", .gauge, "1 while the feed's source is sending.")
        for feed in feeds { text.add("chat_feed_streaming", [("feed", feed.name)], feed.state == .streaming ? 1 : 0) }
        let counts: [(String, String, KeyPath<FeedStatus, Int>)] = [
            ("chat_feed_items_total", "Items of the feed.", \.items),
            ("chat_feed_bytes_total", "Bytes that came from the feed's source.", \.bytes),
            ("chat_feed_bad_lines_total", "Lines, events or messages that are no items.", \.badLines),
            ("chat_feed_dropped_total", "Items that a loop was too slow for.", \.dropped),
            ("chat_feed_reconnects_total", "How often the feed had to connect anew.", \.reconnects),
        ]
        for (name, help, path) in counts {
            text.begin(name, .counter, help)
            for feed in feeds { text.add(name, [("feed", feed.name)], feed[keyPath: path]) }
        }
    }
}

extension Hub {
    /// Figures of the process alone, in the form that `/metrics` has, where no loop can be asked.
    public static func metricsText(_ readings: [MetricReading]) -> String {
        Native.metricsText(of: [], readings)
    }
}

extension RESTCall {
    /// That the server cannot do its work, and why.
    fileprivate func replyUnready(_ reasons: [String]) {
        reply(.unavailable) { json in
            json.beginObject()
            json.key("error")
            json.beginObject()
            NativeJSON.appendError(.unavailable, nil, to: &json)
            json.key("reasons")
            json.beginArray()
            for reason in reasons { json.value(reason) }
            json.endArray()
            json.endObject()
            json.endObject()
        }
    }

    fileprivate func reply(text: String, type: String) {
        reply(Response(status: .ok, contentType: type, body: Array(text.utf8)))
    }
}
