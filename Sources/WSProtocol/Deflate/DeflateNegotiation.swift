/// The negotiation of permessage-deflate (RFC 7692 §5, §7.1), for both roles. Pure: text in, agreement out.
enum DeflateNegotiation {
    static let name = "permessage-deflate"

    /// The server's choice: the first offer that is legal and that the options allow, with the element to answer it
    /// with; nil declines them all.
    static func accept(_ header: String, _ options: DeflateOptions) -> (DeflateAgreement, answer: String)? {
        guard let offers = ExtensionOffer.parse(header) else { return nil }
        for offer in offers where offer.name == name {
            if let parameters = Parameters(offer), let agreement = agreement(on: parameters, options) {
                return (agreement, answer(agreement, to: parameters))
            }
        }
        return nil
    }

    private static func agreement(on offer: Parameters, _ options: DeflateOptions) -> DeflateAgreement? {
        let clientMaxWindowBits: Int
        switch offer.clientMaxWindowBits {
        case .absent:
            // Without the client's word that it understands the parameter, its window cannot be limited (§7.1.2.2).
            guard options.clientMaxWindowBits == 15 else { return nil }
            clientMaxWindowBits = 15
        case .withoutValue: clientMaxWindowBits = options.clientMaxWindowBits
        case .value(let bits): clientMaxWindowBits = min(bits, options.clientMaxWindowBits)
        }
        let serverMaxWindowBits: Int
        switch offer.serverMaxWindowBits {
        case .absent: serverMaxWindowBits = options.serverMaxWindowBits
        case .withoutValue: return nil
        case .value(let bits): serverMaxWindowBits = min(bits, options.serverMaxWindowBits)
        }
        return DeflateAgreement(
            serverNoContextTakeover: offer.serverNoContextTakeover || options.serverNoContextTakeover,
            clientNoContextTakeover: offer.clientNoContextTakeover || options.clientNoContextTakeover,
            serverMaxWindowBits: serverMaxWindowBits, clientMaxWindowBits: clientMaxWindowBits, level: options.level)
    }

    /// All that differs from what the absence of a parameter means; and an offer to limit the server's window is
    /// accepted by saying a number, be it 15 (§7.1.2.1).
    private static func answer(_ agreement: DeflateAgreement, to offer: Parameters) -> String {
        var text = name
        if agreement.serverNoContextTakeover { text += "; server_no_context_takeover" }
        if agreement.clientNoContextTakeover { text += "; client_no_context_takeover" }
        if agreement.serverMaxWindowBits < 15 || offer.serverMaxWindowBits != .absent {
            text += "; server_max_window_bits=\(agreement.serverMaxWindowBits)"
        }
        if agreement.clientMaxWindowBits < 15 { text += "; client_max_window_bits=\(agreement.clientMaxWindowBits)" }
        return text
    }

    /// What a client offers.
    static func offer(_ options: DeflateOptions) -> String {
        var text = name
        if options.serverNoContextTakeover { text += "; server_no_context_takeover" }
        if options.clientNoContextTakeover { text += "; client_no_context_takeover" }
        if options.serverMaxWindowBits < 15 { text += "; server_max_window_bits=\(options.serverMaxWindowBits)" }
        text += "; client_max_window_bits"
        if options.clientMaxWindowBits < 15 { text += "=\(options.clientMaxWindowBits)" }
        return text
    }

    /// The client's check of the answer to `offer(options)`. A server that answers what was not offered, or twice,
    /// breaks the connection (§5.1, §7.1).
    static func check(
        _ header: String, _ options: DeflateOptions?
    ) throws(HandshakeFailure) -> DeflateAgreement? {
        guard let answers = ExtensionOffer.parse(header) else { throw .unexpectedExtension }
        guard let answer = answers.first else { return nil }
        guard let options, answers.count == 1, answer.name == name, let parameters = Parameters(answer) else {
            throw .unexpectedExtension
        }
        let serverMaxWindowBits: Int
        switch parameters.serverMaxWindowBits {
        case .absent where options.serverMaxWindowBits == 15: serverMaxWindowBits = 15
        case .value(let bits) where bits <= options.serverMaxWindowBits: serverMaxWindowBits = bits
        default: throw .unexpectedExtension
        }
        let clientMaxWindowBits: Int
        switch parameters.clientMaxWindowBits {
        case .absent: clientMaxWindowBits = options.clientMaxWindowBits
        case .value(let bits): clientMaxWindowBits = min(bits, options.clientMaxWindowBits)
        case .withoutValue: throw .unexpectedExtension
        }
        if options.serverNoContextTakeover, !parameters.serverNoContextTakeover { throw .unexpectedExtension }
        return DeflateAgreement(
            serverNoContextTakeover: parameters.serverNoContextTakeover,
            clientNoContextTakeover: parameters.clientNoContextTakeover || options.clientNoContextTakeover,
            serverMaxWindowBits: serverMaxWindowBits, clientMaxWindowBits: clientMaxWindowBits, level: options.level)
    }
}

/// The four parameters of one offer or answer; nil for one that is unknown, repeated, or of an illegal value.
private struct Parameters {
    enum WindowBits: Equatable {
        case absent
        case withoutValue
        case value(Int)
    }

    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits = WindowBits.absent
    var clientMaxWindowBits = WindowBits.absent

    init?(_ offer: ExtensionOffer) {
        for parameter in offer.parameters {
            switch parameter.name {
            case "server_no_context_takeover":
                guard !serverNoContextTakeover, parameter.value == nil else { return nil }
                serverNoContextTakeover = true
            case "client_no_context_takeover":
                guard !clientNoContextTakeover, parameter.value == nil else { return nil }
                clientNoContextTakeover = true
            case "server_max_window_bits":
                guard serverMaxWindowBits == .absent, let bits = Self.windowBits(parameter.value) else { return nil }
                serverMaxWindowBits = bits
            case "client_max_window_bits":
                guard clientMaxWindowBits == .absent, let bits = Self.windowBits(parameter.value) else { return nil }
                clientMaxWindowBits = bits
            default: return nil
            }
        }
    }

    /// A decimal number from 8 to 15 without a leading zero (§7.1.2).
    private static func windowBits(_ value: String?) -> WindowBits? {
        switch value {
        case nil: .withoutValue
        case "8": .value(8)
        case "9": .value(9)
        case "10": .value(10)
        case "11": .value(11)
        case "12": .value(12)
        case "13": .value(13)
        case "14": .value(14)
        case "15": .value(15)
        default: nil
        }
    }
}
