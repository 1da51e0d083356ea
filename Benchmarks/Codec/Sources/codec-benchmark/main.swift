// What the codec costs by itself, on one thread, without sockets.
//
//     swift run --package-path Benchmarks/Codec -c release -Xswiftc -enable-testing codec-benchmark [GROUP]…
//
// Groups: unmask, utf8, decode, encode, handshake, idle; without any, all of them.
//
// Method: each row repeats its work in batches of about 10 ms, for half a second, and gives the best batch: the one
// least disturbed by other programs. GB/s are 10^9 bytes a second, ns are for one frame or handshake. `allocations`
// are counted, in front of the allocator, over a whole batch. Absolute figures do not carry over to another machine;
// the ratio to memcpy on the same buffer does better. Testing is enabled because two rows measure what is internal.

import CAllocations

@testable import WSProtocol

let clock = ContinuousClock()

/// The time of one `work()` in the best batch, in ns.
func best(_ work: () -> Void) -> Double {
    var perBatch = 1
    while true {
        let took = clock.measure { for _ in 0..<perBatch { work() } }
        if took > .milliseconds(5) { break }
        perBatch *= 2
    }
    var best = Double.infinity
    let start = clock.now
    while start.duration(to: clock.now) < .milliseconds(500) {
        let took = clock.measure { for _ in 0..<perBatch { work() } }
        best = min(best, Double(took.components.attoseconds) / 1e9 / Double(perBatch))
    }
    return best
}

func row(_ name: String, _ value: String) {
    print(name + String(repeating: " ", count: max(1, 58 - name.count)) + value)
}

func oneDecimal(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

func gigabytes(_ bytes: Int, _ ns: Double) -> String { oneDecimal(Double(bytes) / ns) + " GB/s" }

let size = 65_536

func unmasking() {
    var buffer = [UInt8](repeating: 97, count: size)
    let other = [UInt8](repeating: 98, count: size)
    // Both arrays have `size` bytes.
    let copy = best {
        unsafe buffer.withUnsafeMutableBytes { to in
            unsafe other.withUnsafeBytes { unsafe copy_bytes(to.baseAddress, $0.baseAddress, size) }
        }
    }
    let mask = best {
        var span = buffer.mutableSpan
        applyMask(MaskKey(0x1234_5678), to: &span, in: 0..<size)
    }
    row("memcpy, 64 KiB", gigabytes(size, copy))
    row("unmask, 64 KiB", "\(gigabytes(size, mask)), \(oneDecimal(copy / mask * 100))% of memcpy")
}

func utf8(_ name: String, _ unit: String) {
    var bytes: [UInt8] = []
    while bytes.count + unit.utf8.count <= size { bytes += Array(unit.utf8) }
    let ns = best {
        var validator = UTF8Validator()
        if validator.accepts(bytes.span, in: 0..<bytes.count) { consume(1) }
    }
    row("UTF-8 check, \(name), 64 KiB", gigabytes(bytes.count, ns))
}

/// The mask turns ASCII into other ASCII, so that the same buffer can be decoded again and again.
func decoding(_ payloadBytes: Int) {
    var buffer: [UInt8] = []
    let payload = [UInt8](repeating: 97, count: payloadBytes)
    var frames = 0
    while buffer.count + payloadBytes + 14 <= size {
        FrameEncoder.append(.text, payload, mask: 0x0102_0304, to: &buffer)
        frames += 1
    }
    func work() {
        // Made here, or each use would be checked for exclusive access to a captured variable.
        var decoder = WebSocketDecoder(role: .server)
        var span = buffer.mutableSpan
        var offset = 0
        while let event = try? decoder.next(in: &span, at: &offset) {
            if case .message(_, .inBuffer(let range)) = event { consume(range.count) }
        }
    }
    let ns = best(work) / Double(frames)
    let before = allocation_count()
    work()
    let allocations = allocation_count() - before
    row(
        "decode masked text frames of \(payloadBytes) bytes",
        "\(oneDecimal(ns)) ns, \(allocations) allocations in \(frames) frames")
}

func encoding() {
    let payload = [UInt8](repeating: 97, count: 64)
    var frame: [UInt8] = []
    frame.reserveCapacity(128)
    let ns = best {
        frame.removeAll(keepingCapacity: true)
        FrameEncoder.append(.text, payload, to: &frame)
        consume(frame.count)
    }
    row("encode a frame of 64 bytes", "\(oneDecimal(ns)) ns")
    var outboxes = [[UInt8]](repeating: [], count: 1_000)
    for index in outboxes.indices { outboxes[index] = frame }
    let before = allocation_count()
    for index in outboxes.indices { outboxes[index] = frame }
    let allocations = allocation_count() - before
    row("share it with 1,000 receivers", "\(allocations) allocations")
}

func handshake() {
    let fields = HandshakeFields(
        method: "GET", isHTTP11OrLater: true, upgrade: "websocket", connection: "Upgrade",
        key: "dGhlIHNhbXBsZSBub25jZQ==", version: "13", protocols: nil, extensions: nil)
    var response: [UInt8] = []
    response.reserveCapacity(256)
    func work() {
        response.removeAll(keepingCapacity: true)
        guard let acceptance = try? ServerHandshake.accept(fields) else { return }
        ServerHandshake.appendResponse(acceptance, subprotocol: nil, to: &response)
        consume(response.count)
    }
    let ns = best(work)
    let before = allocation_count()
    work()
    let allocations = allocation_count() - before
    row("accept a handshake", "\(oneDecimal(ns)) ns, \(allocations) allocations")
}

func idleMemory(_ name: String, _ options: DeflateOptions) {
    let fields = HandshakeFields(
        method: "GET", isHTTP11OrLater: true, upgrade: "websocket", connection: "Upgrade",
        key: "dGhlIHNhbXBsZSBub25jZQ==", version: "13", protocols: nil,
        extensions: "permessage-deflate; client_max_window_bits")
    idleMemory(name, agreement: (try? ServerHandshake.accept(fields, deflate: options))?.deflate)
}

/// What 1,000 connections hold on the heap after a message in each direction, in bytes for one.
func idleMemory(_ name: String, agreement: DeflateAgreement?) {
    let count = 1_000
    let payload = Array(String(repeating: "a message of some length ", count: 20).utf8)
    var client = WebSocketEncoder(role: .client, deflate: agreement)
    var incoming: [UInt8] = []
    client.encode(.text, payload, mask: 1, to: &incoming)
    var decoders: [WebSocketDecoder] = []
    var encoders: [WebSocketEncoder] = []
    decoders.reserveCapacity(count)
    encoders.reserveCapacity(count)
    let before = allocated_bytes()
    for index in 0..<count {
        decoders.append(WebSocketDecoder(role: .server, deflate: agreement))
        encoders.append(WebSocketEncoder(role: .server, deflate: agreement))
        decoders[index].append(incoming)
        while (try? decoders[index].next()) != nil {}
        var outgoing: [UInt8] = []
        encoders[index].encode(.text, payload, to: &outgoing)
    }
    let held = (Int(allocated_bytes()) - Int(before)) / count
    row(
        "an idle connection, \(name)",
        "\(MemoryLayout<WebSocketDecoder>.stride) B of decoder + \(MemoryLayout<WebSocketEncoder>.stride) B of encoder + \(max(0, held)) B of heap"
    )
}

let groups: [(name: String, run: () -> Void)] = [
    ("unmask", unmasking),
    ("utf8", { utf8("ASCII", "The quick brown fox jumps over the lazy dog. ") }),
    ("utf8", { utf8("two and three bytes", "Grüße aus Köln, привет, 日本語のテキスト, ελληνικά. ") }),
    ("utf8", { utf8("three bytes only", "日本語のテキスト") }),
    ("decode", { decoding(64) }),
    ("decode", { decoding(1_024) }),
    ("encode", encoding),
    ("handshake", handshake),
    ("idle", { idleMemory("no compression", agreement: nil) }),
    ("idle", { idleMemory("contexts kept", DeflateOptions()) }),
    (
        "idle",
        { idleMemory("no contexts", DeflateOptions(serverNoContextTakeover: true, clientNoContextTakeover: true)) }
    ),
]
let wanted = CommandLine.arguments.dropFirst()
for group in groups where wanted.isEmpty || wanted.contains(group.name) { group.run() }
