// How many items a second are compared with tracked phrases, on one thread.
//
//     swift run --package-path Benchmarks/Feeds -c release FeedBenchmark
//
// Method: phrases of one or two words, half each, from a vocabulary of 20,000 invented words; 2,000 items of 280
// characters of words from the same vocabulary, so that most items match something. Each row goes through all items
// again and again for two seconds. An item's time is that of the thread on the processor, so that what others do meanwhile
// does not count, in the best pass: others still take the caches and the other half of the core.

import ChatDomain
import ChatHub
import Glibc

/// How long this thread was on the processor.
func threadSeconds() -> Double {
    var time = timespec()
    // The structure lives for the call.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

let itemCount = 2_000
let itemCharacters = 280

func vocabulary(_ letters: [Character], _ random: inout SplitMix64) -> [String] {
    (0..<20_000).map { _ in
        String(
            (0..<Int.random(in: 3...9, using: &random)).map { _ in
                letters[.random(in: 0..<letters.count, using: &random)]
            })
    }
}

func items(_ words: [String], separator: String, _ random: inout SplitMix64) -> [[UInt8]] {
    (0..<itemCount).map { _ in
        var text = ""
        while text.count < itemCharacters { text += words[.random(in: 0..<words.count, using: &random)] + separator }
        return Array(String(text.prefix(itemCharacters)).utf8)
    }
}

func row(_ name: String, phraseCount: Int, letters: String, separator: String) {
    var random = SplitMix64(seed: 1)
    let words = vocabulary(Array(letters), &random)
    let matcher = PhraseMatcher()
    for id in 0..<phraseCount {
        let count = id % 2 + 1
        let phrase = (0..<count).map { _ in words[.random(in: 0..<words.count, using: &random)] }.joined(separator: " ")
        try? matcher.add(phrase: phrase, id: id)
    }
    let items = items(words, separator: separator, &random)
    var best = Double.infinity
    var matches = 0
    let start = threadSeconds()
    while threadSeconds() < start + 2 {
        matches = 0
        let before = threadSeconds()
        for item in items { matches += matcher.match(item.span).count }
        best = min(best, threadSeconds() - before)
    }
    let perSecond = Int(Double(itemCount) / best)
    let perItem = Double(matches * 10 / itemCount) / 10
    print("\(name), \(matcher.count) phrases: \(perSecond) items/s (\(perItem) matches an item)")
}

let latin = "etaoinshrdlucmfwypvbgkjqxz"
for count in [10, 1_000, 10_000, 100_000] { row("Latin", phraseCount: count, letters: latin, separator: " ") }
row("Cyrillic", phraseCount: 10_000, letters: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ", separator: " ")
row("Han, not parted", phraseCount: 10_000, letters: "日本語人大年中国会学生月時分出行見後前上下小山川水火木金土", separator: "")
