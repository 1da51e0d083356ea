/// Says which of many phrases a text matches, in one pass over the text, however many phrases there are.
///
/// A phrase matches a text that has all its words, in any order and any case. Words are whole words, and what is not a
/// letter, a digit or `_` parts them, so that `#word` matches `word`. Case is folded as Unicode folds it (`STRASSE`
/// matches `straße`), accents are not. Words of scripts that do not part them (Han, Kana, Hangul) match wherever they
/// stand.
///
/// How it works: the words of all phrases are terms with numbers. A phrase is kept with the one of its terms that has
/// the fewest phrases so far. A text is cut into words, each is looked up, and its term marked; then the phrases of the
/// marked terms are looked at, and those whose other terms are marked too are the ones that match.
public final class PhraseMatcher {
    /// The longest phrase, in bytes.
    public static let phraseBytesMax = 1_024
    /// The most different words of a phrase.
    public static let phraseWordsMax = 32
    /// The longest run of a script that does not part words, in characters.
    public static let phraseRunMax = 32
    /// How many bytes of a text are looked at.
    public static let textBytesMax = 16_384

    private let phrasesMax: Int
    private var phrases: [Int: Phrase] = [:]
    private var terms: [Term] = []
    private var freeTerms: [Int32] = []
    private var words: [String: Int32] = [:]
    private var runs = RunTrie()
    private var scanner = WordScanner(wordBytesMax: phraseBytesMax)
    /// The number of this pass, which is the mark of the terms that were met in it.
    private var pass: UInt64 = 0
    private var marked: [Int32] = []

    /// Why a phrase cannot be followed.
    public enum Problem: Error, Equatable, Sendable {
        case tooLong
        case tooManyWords
        /// It has no word: nothing would ever match it.
        case noWords
        /// As many phrases as there may be are followed already.
        case tooMany
    }

    private struct Phrase {
        /// The first is the one that the phrase is kept with.
        var terms: [Int32]
    }

    private struct Term {
        var content: Content
        /// In how many phrases it is.
        var useCount = 0
        /// The phrases that are kept with this term.
        var phrases: [Int] = []
        var pass: UInt64 = 0
    }

    private enum Content: Hashable {
        case word(String)
        case run([UInt32])
    }

    /// - Parameter phrasesMax: how many phrases there may be.
    public init(phrasesMax: Int = 1_000_000) { self.phrasesMax = phrasesMax }

    /// How many phrases there are.
    public var count: Int { phrases.count }

    /// Adds a phrase, in place of the one that had this number.
    ///
    /// - Parameter id: any number; `match` returns it.
    public func add(phrase: String, id: Int) throws(Problem) {
        guard phrase.utf8.count <= Self.phraseBytesMax else { throw .tooLong }
        let contents = contents(of: phrase)
        guard !contents.isEmpty else { throw .noWords }
        guard contents.count <= Self.phraseWordsMax else { throw .tooManyWords }
        for case .run(let run) in contents where run.count > Self.phraseRunMax { throw .tooLong }
        guard phrases.count < phrasesMax || phrases[id] != nil else { throw .tooMany }
        remove(id: id)
        var numbers = contents.map(number(of:))
        let rarest = numbers.indices.min { keptCount(numbers[$0]) < keptCount(numbers[$1]) } ?? 0
        numbers.swapAt(0, rarest)
        for number in numbers { terms[Int(number)].useCount += 1 }
        terms[Int(numbers[0])].phrases.append(id)
        phrases[id] = Phrase(terms: numbers)
    }

    /// Removes the phrase of that number, if there is one.
    public func remove(id: Int) {
        guard let phrase = phrases.removeValue(forKey: id) else { return }
        let first = Int(phrase.terms[0])
        if let index = terms[first].phrases.lastIndex(of: id) {
            terms[first].phrases.swapAt(index, terms[first].phrases.count - 1)
            terms[first].phrases.removeLast()
        }
        for number in phrase.terms {
            terms[Int(number)].useCount -= 1
            if terms[Int(number)].useCount == 0 { forget(number) }
        }
    }

    /// The numbers of the phrases that the text matches, each once, in no particular order.
    public func match(_ text: Span<UInt8>) -> [Int] {
        guard !phrases.isEmpty else { return [] }
        pass += 1
        marked.removeAll(keepingCapacity: true)
        scanner.scan(text.extracting(first: Self.textBytesMax)) { word in
            if let number = words[word] { mark(number) }
        } run: { run in
            runs.find(in: run) { mark($0) }
        }
        var matches: [Int] = []
        for number in marked {
            for id in terms[Int(number)].phrases where isMarked(id) { matches.append(id) }
        }
        return matches
    }

    /// The numbers of the phrases that the text matches, each once, in no particular order.
    public func match(_ text: String) -> [Int] {
        var text = text
        text.makeContiguousUTF8()
        return match(text.utf8.span)
    }

    // MARK: Terms

    /// The different words and runs of a phrase.
    private func contents(of phrase: String) -> [Content] {
        var phrase = phrase
        phrase.makeContiguousUTF8()
        var contents: [Content] = []
        var seen: Set<Content> = []
        scanner.scan(phrase.utf8.span) { word in
            if seen.insert(.word(word)).inserted { contents.append(.word(word)) }
        } run: { run in
            if seen.insert(.run(run)).inserted { contents.append(.run(run)) }
        }
        return contents
    }

    private func keptCount(_ number: Int32) -> Int { terms[Int(number)].phrases.count }

    /// The number of a term, which is made if it is new.
    private func number(of content: Content) -> Int32 {
        let known =
            switch content {
            case .word(let word): words[word]
            case .run(let run): runs.term(of: run)
            }
        if let known { return known }
        let number: Int32
        if let free = freeTerms.popLast() {
            number = free
            terms[Int(number)] = Term(content: content)
        } else {
            number = Int32(truncatingIfNeeded: terms.count)
            terms.append(Term(content: content))
        }
        switch content {
        case .word(let word): words[word] = number
        case .run(let run): runs.insert(run, term: number)
        }
        return number
    }

    private func forget(_ number: Int32) {
        switch terms[Int(number)].content {
        case .word(let word): words[word] = nil
        case .run(let run): runs.remove(run)
        }
        terms[Int(number)] = Term(content: .word(""))
        freeTerms.append(number)
    }

    // MARK: Marks

    private func mark(_ number: Int32) {
        guard terms[Int(number)].pass != pass else { return }
        terms[Int(number)].pass = pass
        marked.append(number)
    }

    private func isMarked(_ id: Int) -> Bool {
        guard let phrase = phrases[id] else { return false }
        return phrase.terms.allSatisfy { terms[Int($0)].pass == pass }
    }
}
