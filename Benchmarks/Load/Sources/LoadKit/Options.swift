/// What the command line asks for.
package struct Options {
    enum Mode: String, CaseIterable {
        case fanout, echo, idle, churn, resume, prepare, relay, feed, put
        case prepareNative = "prepare-native"
        case fillNative = "fill-native"
    }

    /// What ends a publication, so that its sender may send the next.
    enum Completion {
        /// The sender has received its own.
        case ownCopy
        /// The first of the room's members who do not publish has received it.
        case otherCopy
    }

    package static let usage = """
        usage: load MODE URL [options]

        modes    fanout   connection i is in room i mod R, the first P of each room publish, all receive
                 echo     every connection keeps messages outstanding at an echo endpoint
                 idle     opens connections and holds them; with --from, the memory of each by slope
                 churn    connections that connect, shake hands, close, and start again
                 relay    publishes by POST on connections that are kept to clients of the relay dialect, or with
                          --key to a topic of the native protocol
                 feed     is the source of a feed of --rate items a second, which --receivers clients of the stream
                          dialect read, and one more does not; how late they come, and the server's memory
                 resume   connections that say hello at once; how long until each has had --missed events, in order
                 put      stores messages by PUT, one request after another on connections that are kept; connection
                          i in room i mod R of --rooms-file, with the first of --tokens-file
                 prepare  makes users and rooms through the chat-app dialect, and writes their ids to files
                 fill-native  puts --missed messages into each room, through /v1
                 prepare-native  the same through /v1: --users accounts, which are all members of all rooms
        URL      ws://127.0.0.1:PORT/PATH, loopback only; fields as in --send

        -c, --connections N   connections; in churn those open at once; in prepare users (1)
        --receivers N         relay: clients that receive; connections are those that publish (1)
        --key KEY             relay: publishes to a topic of the native protocol with this API key; who receives has
                              the first of --tokens-file
        --rooms R             rooms (1)
        --publishers P        publishers in each room (1)
        --inflight K          messages that each publisher has outstanding (1)
        --rate X              fanout: publications a second of all publishers together (as many as --inflight lets);
                              feed: items a second (20,000)
        --size B              bytes of a payload (64)
        --send TEXT           what is sent: {payload} {room} {room_id} {user} {user_id} {token} {position} {uuid}
                              are filled in ({payload})
        --hello TEXT          sent once by each connection when it is open; given again, sent behind it
        --no-self             the server does not send a publisher its own messages
        --rooms-file FILE     line n is {room_id} of room n; prepare writes it
        --users-file FILE     line n is {user_id} of connection n; prepare writes it
        --tokens-file FILE    lines are {token}, for the connections in turn; prepare-native writes it
        --positions-file FILE line n is {position} of room n; prepare-native writes it
        --users N             prepare-native: accounts (1)
        --missed N            resume: events that each connection has missed (20)
        --warmup S            seconds before the measurement (1)
        --duration S          seconds of the measurement, at most 300 (5)
        --settle S            seconds between connecting and the load (0.5)
        --connect-rate X      connections a second, 0 for no limit (0)
        --concurrency N       handshakes under way at once, while connecting (64)
        --source-ips N        connection i comes from 127.0.0.(1 + i mod N) (1)
        --from N              idle: measure memory at N connections first, then at all of them
        --memory-at N         fanout: the server's memory after N messages, with which the measurement ends; given
                              again for more, in ascending order
        --pid PID             the server's process: its CPU time and memory are measured
        --json                one line of JSON instead of a table
        """

    var mode = Mode.fanout
    var url = ""
    var connections = 1
    var rooms = 1
    var receivers = 1
    var key: String?
    var rate: Int?
    var publishers = 1
    var inflight = 1
    var payloadBytes = 64
    var send = "{payload}"
    var hellos: [String] = []
    var completion = Completion.ownCopy
    var roomsFile: String?
    var usersFile: String?
    var tokensFile: String?
    var positionsFile: String?
    var users = 1
    var missed = 20
    var warmupUs = 1_000_000
    var durationUs = 5_000_000
    var settleUs = 500_000
    var connectsPerSecond = 0
    var connectConcurrency = 64
    var sourceAddresses = 1
    var firstStep: Int?
    var memoryAt: [Int] = []
    var process: ServerProcess?
    package private(set) var isJSON = false

    package init(_ arguments: [String]) throws(LoadError) {
        var rest = Arguments(arguments, LoadError.usage)
        guard let name = rest.next(), let mode = Mode(rawValue: name), let url = rest.next() else {
            throw .usage("a mode and a URL are needed; load --help lists them")
        }
        self.mode = mode
        self.url = url
        while let flag = rest.next() { try take(flag, from: &rest) }
        guard rooms <= connections, publishers * rooms <= connections else {
            throw .usage("there are more rooms or publishers than connections")
        }
        guard completion == .ownCopy || publishers * rooms < connections else {
            throw .usage("--no-self needs rooms with somebody who does not publish")
        }
    }

    private mutating func take(_ flag: String, from rest: inout Arguments<LoadError>) throws(LoadError) {
        switch flag {
        case "-c", "--connections": connections = try rest.integer(of: flag, 1...200_000)
        case "--receivers": receivers = try rest.integer(of: flag, 1...100_000)
        case "--key": key = try rest.value(of: flag)
        case "--rooms": rooms = try rest.integer(of: flag, 1...200_000)
        case "--publishers": publishers = try rest.integer(of: flag, 1...10_000)
        case "--inflight": inflight = try rest.integer(of: flag, 1...10_000)
        case "--rate": rate = try rest.integer(of: flag, 1...1_000_000)
        case "--size": payloadBytes = try rest.integer(of: flag, Marker.length...1_000_000)
        case "--send": send = try rest.value(of: flag)
        case "--hello": hellos.append(try rest.value(of: flag))
        case "--no-self": completion = .otherCopy
        case "--rooms-file": roomsFile = try rest.value(of: flag)
        case "--users-file": usersFile = try rest.value(of: flag)
        case "--tokens-file": tokensFile = try rest.value(of: flag)
        case "--positions-file": positionsFile = try rest.value(of: flag)
        case "--users": users = try rest.integer(of: flag, 1...10_000)
        case "--missed": missed = try rest.integer(of: flag, 1...1_000)
        case "--warmup": warmupUs = try rest.microseconds(of: flag, maximum: 60)
        case "--duration": durationUs = try rest.microseconds(of: flag, maximum: 300)
        case "--settle": settleUs = try rest.microseconds(of: flag, maximum: 60)
        case "--connect-rate": connectsPerSecond = try rest.integer(of: flag, 0...1_000_000)
        case "--concurrency": connectConcurrency = try rest.integer(of: flag, 1...4_096)
        case "--source-ips": sourceAddresses = try rest.integer(of: flag, 1...250)
        case "--from": firstStep = try rest.integer(of: flag, 1...200_000)
        case "--memory-at": memoryAt.append(try rest.integer(of: flag, (memoryAt.last ?? 0) + 1...100_000_000))
        case "--pid": process = ServerProcess(id: try rest.integer(of: flag, 1...Int(Int32.max)))
        case "--json": isJSON = true
        default: throw .usage("there is no option '\(flag)'; load --help lists them")
        }
    }
}
