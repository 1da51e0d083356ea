import ChatHub

/// What `serve` and `check` are told, put together: flags beat the environment, which beats the file. A list is replaced as
/// a whole by what comes before it in rank; limits are merged by name.
struct ConfigurationReader {
    private(set) var configuration = ServerConfiguration()
    /// Sentences about everything that is wrong with words and values.
    private(set) var problems: [String] = []
    /// What each flag is told, and by whom.
    private var settings: [String: Setting] = [:]
    /// In the order of rank, the least first.
    private var limits: [Setting] = []

    /// A flag's values as somebody gave them.
    private struct Setting {
        var values: [String]
        /// Stands before sentences about them; empty for the command line.
        var place = ""
    }

    private static let limitsFlag = "--set"
    private static let fileFlag = "--config"

    /// Reads all three. The file is that of `--config`, or of `CHATSERVER_CONFIG`.
    init(arguments: [String], environment: Environment) {
        let flags = readFlags(arguments)
        if let sentence = environment.mistake { problems.append(sentence) }
        let path = flags[Self.fileFlag]?.first ?? environment.value(of: "CHATSERVER_CONFIG") ?? ""
        if !path.isEmpty { readFile(path) }
        readEnvironment(environment)
        for (name, values) in flags where name != Self.limitsFlag { settings[name] = Setting(values: values) }
        if let values = flags[Self.limitsFlag] { limits.append(Setting(values: values)) }
        apply()
        // Where a value is missing, what contradicts it cannot be told.
        if problems.isEmpty { problems = configuration.contradictions }
    }

    // MARK: Reading

    private mutating func readFlags(_ arguments: [String]) -> [String: [String]] {
        var values: [String: [String]] = [:]
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            let name = String(argument.prefix { $0 != "=" })
            guard argument.hasPrefix("--"), let flag = ServeFlag.all.first(where: { $0.name == name }) else {
                let hint = SimilarName.hint(name, among: ServeFlag.all.map(\.name))
                problems.append("there is no flag '\(argument)' for serve\(hint) \(Help.serveHint)")
                continue
            }
            let value: String
            if name.count < argument.count {
                value = String(argument.dropFirst(name.count + 1))
            } else if !flag.takesValue || (flag.isValueOptional && !isNumber(arguments, at: index)) {
                value = "true"
            } else if index < arguments.count {
                value = arguments[index]
                index += 1
            } else {
                problems.append("the flag \(name) needs a value: \(Help.serveHint)")
                continue
            }
            guard flag.repeats || values[name] == nil else {
                problems.append("the flag \(name) is given twice, and takes one value: \(Help.serveHint)")
                continue
            }
            values[name, default: []].append(value)
        }
        return values
    }

    private func isNumber(_ arguments: [String], at index: Int) -> Bool {
        index < arguments.count && Int(arguments[index]) != nil
    }

    private mutating func readFile(_ path: String) {
        let bytes: [UInt8]
        do throws(StartError) {
            bytes = try FileTree.contents(path, bytesMax: ConfigurationFile.bytesMax)
        } catch {
            problems.append("the configuration: \(error.description)")
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problems.append("the configuration \(path) is no UTF-8.")
            return
        }
        let file = ConfigurationFile(text)
        problems += file.problems.map { "\(path):\($0.line): \($0.sentence)" }
        for entry in file.entries {
            let place = "\(path):\(entry.line): "
            guard let flag = ServeFlag.all.first(where: { $0.setting == entry.name }), flag.name != Self.fileFlag,
                flag.name != Self.limitsFlag
            else {
                let names = ServeFlag.all.map(\.setting).filter { $0 != "config" && $0 != "set" }
                let wanted = entry.name.map { $0 == "-" ? "_" : String($0) }.joined()
                problems.append(
                    "\(place)there is no setting '\(entry.name)'\(SimilarName.hint(wanted, among: names)) "
                        + Help.serveHint)
                continue
            }
            guard flag.repeats || !entry.isList else {
                problems.append("\(place)'\(entry.name)' takes one value, and no list.")
                continue
            }
            settings[flag.name] = Setting(values: entry.values, place: place)
        }
        for entry in file.limits {
            let place = "\(path):\(entry.line): "
            guard !entry.isList, let value = entry.values.first else {
                problems.append("\(place)'\(entry.name)' takes one value, and no list.")
                continue
            }
            limits.append(Setting(values: ["\(entry.name)=\(value)"], place: place))
        }
    }

    private mutating func readEnvironment(_ environment: Environment) {
        for flag in ServeFlag.all where flag.name != Self.fileFlag {
            guard let text = environment.value(of: flag.variable), !text.isEmpty else { continue }
            let values = flag.repeats ? text.split(separator: ",").map { trimming($0) }.filter { !$0.isEmpty } : [text]
            let setting = Setting(values: values, place: "\(flag.variable): ")
            if flag.name == Self.limitsFlag { limits.append(setting) } else { settings[flag.name] = setting }
        }
    }

    private func trimming(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    // MARK: Applying

    private mutating func apply() {
        for flag in ServeFlag.all where flag.name != Self.limitsFlag {
            if let setting = settings[flag.name] { apply(flag, setting) }
        }
        guard let flag = ServeFlag.all.first(where: { $0.name == Self.limitsFlag }) else { return }
        for setting in limits { apply(flag, setting) }
    }

    private mutating func apply(_ flag: ServeFlag, _ setting: Setting) {
        // A list that is empty stands for nothing, and not for the default.
        for value in setting.values {
            do throws(UsageError) {
                try flag.apply(value, &configuration)
            } catch {
                problems.append(setting.place + error.sentence)
            }
        }
    }
}
