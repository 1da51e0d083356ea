/// The words of a command line, read from the first on.
package struct Arguments<Failure: Error> {
    private var rest: ArraySlice<String>
    private let failure: (String) -> Failure

    /// - Parameter failure: makes an error of a sentence that says what is wrong.
    package init(_ words: [String], _ failure: @escaping (String) -> Failure) {
        rest = words[...]
        self.failure = failure
    }

    package mutating func next() -> String? { rest.popFirst() }

    /// What follows an option.
    package mutating func value(of option: String) throws(Failure) -> String {
        guard let value = rest.popFirst() else { throw failure("\(option) needs a value") }
        return value
    }

    package mutating func integer(of option: String, _ range: ClosedRange<Int>) throws(Failure) -> Int {
        guard let number = Int(try value(of: option)), range.contains(number) else {
            throw failure("\(option) needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package mutating func microseconds(of option: String, maximum: Double) throws(Failure) -> Int {
        guard let seconds = Double(try value(of: option)), seconds >= 0, seconds <= maximum else {
            throw failure("\(option) needs a number of seconds from 0 to \(maximum)")
        }
        return Int(seconds * 1_000_000)
    }
}
