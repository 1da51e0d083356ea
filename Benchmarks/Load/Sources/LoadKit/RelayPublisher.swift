import Glibc

/// A connection that posts one publication after another.
final class RelayPublisher {
    let socket: Int32
    private(set) var isWaiting = false
    private(set) var hasFailed = false
    private var request: [UInt8]
    private let markerOffset: Int
    private var marker: Marker
    private var answer: [UInt8] = []

    /// - Parameter key: of a native topic; nil: publishes by the relay dialect.
    init(_ target: Target, number: Int, run: Int, payloadBytes: Int, key: String?) throws(LoadError) {
        let beginning = key == nil ? #"{"topic":"load","message":""# : #"{"data":""#
        let path = key == nil ? "/publish" : "/v1/topics/load/publications"
        let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let bodyBytes = beginning.utf8.count + payloadBytes + 2
        let head = "POST \(path) HTTP/1.1\r\nHost: \(target.authority)\r\nContent-Type: application/json\r\n"
        request = Array((head + authorization + "Content-Length: \(bodyBytes)\r\n\r\n" + beginning).utf8)
        markerOffset = request.count
        request += [UInt8](repeating: UInt8(ascii: "x"), count: payloadBytes) + Array(#""}"#.utf8)
        marker = Marker(sequence: 0, sentAtUs: 0, sender: number, run: run)
        socket = try Socket.connect(to: target, source: nil)
        // A request always fits into the kernel's buffer: there is one at a time.
        _ = fcntl(socket, F_SETFL, 0)
    }

    func publish() {
        marker.sequence += 1
        marker.sentAtUs = Clock.microseconds()
        marker.write(into: &request, at: markerOffset)
        isWaiting = true
        _ = Socket.send(socket, request[...])
    }

    /// Gives whether the answer has come whole.
    func take(_ bytes: ArraySlice<UInt8>) -> Bool {
        answer += bytes
        guard let length = HTTPAnswer.length(of: answer), answer.count >= length else { return false }
        if !answer.starts(with: Self.good) || answer.count > length { hasFailed = true }
        answer.removeAll(keepingCapacity: true)
        isWaiting = false
        return true
    }

    private static let good = Array("HTTP/1.1 200".utf8)
}
