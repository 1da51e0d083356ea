import LoadKit

/// What the command line asks for.
struct BenchOptions: Equatable {
    struct Peer: Equatable {
        var url: String
        var processID: Int
    }

    static let usage = """
        usage: script/bench [options]

        Measures the server, and prints each figure beside its aim. docs/performance.md describes the method.

        --rounds N        each row N times, the median counts (3)
        --seconds S       of measurement in each round (3)
        --row NAME        only this row; given again, this one too
        --list            says which rows there are, and measures nothing
        --baseline BINARY a second build of the server: each round measures ours, then that, and the ratio of the
                          medians is printed
        --binary BINARY   ours, where it is not to be built
        --peer URL        another server, for the rows fanout, echo, handshakes and native-fanout: each round measures
                          ours, then the peer, and the ratio of the medians is printed. {room} in the URL is the room's
                          name, and a message must come back to its sender, as in ws://127.0.0.1:9001/ws?room={room}
        --peer-pid PID    the process of that server
        --json FILE       adds the figures to this file of JSON lines (.build/bench/figures.jsonl)
        --svg FILE        draws the figures that have an aim
        --document FILE   writes the figures and the rows into the tables of this document
        --from FILE       measures nothing: draws and writes the figures of a file of JSON lines
        """

    var rounds = 3
    var seconds = 3
    var rows: [String] = []
    var isList = false
    var baseline: String?
    /// Nil: it is built first.
    var givenBinary: String?
    var peer: Peer?
    var json = ".build/bench/figures.jsonl"
    var svg: String?
    var document: String?
    var from: String?

    var binary: String { givenBinary ?? ".build/release/chatserver" }

    init(_ arguments: [String]) throws(BenchError) {
        var rest = Arguments(arguments, BenchError.usage)
        var peerURL: String?
        var peerID: Int?
        while let flag = rest.next() {
            switch flag {
            case "--rounds": rounds = try rest.integer(of: flag, 1...1_000)
            case "--seconds": seconds = try rest.integer(of: flag, 1...60)
            case "--row": rows.append(try rest.value(of: flag))
            case "--list": isList = true
            case "--baseline": baseline = try rest.value(of: flag)
            case "--binary": givenBinary = try rest.value(of: flag)
            case "--peer": peerURL = try rest.value(of: flag)
            case "--peer-pid": peerID = try rest.integer(of: flag, 1...Int(Int32.max))
            case "--json": json = try rest.value(of: flag)
            case "--svg": svg = try rest.value(of: flag)
            case "--document": document = try rest.value(of: flag)
            case "--from": from = try rest.value(of: flag)
            default: throw .usage("there is no option '\(flag)'; --help lists them")
            }
        }
        switch (peerURL, peerID) {
        case (let url?, let id?): peer = Peer(url: url, processID: id)
        case (nil, nil): break
        default: throw .usage("--peer and --peer-pid go together")
        }
        if from != nil, svg == nil, document == nil { throw .usage("--from needs --svg or --document") }
        _ = try Rows.named(rows)
    }
}
