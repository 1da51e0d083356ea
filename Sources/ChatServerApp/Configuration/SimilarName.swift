/// Finds the name that somebody probably meant.
enum SimilarName {
    /// What goes behind a sentence about a name that is not known: `; did you mean '--listen'?`, or a colon where nothing is
    /// near.
    static func hint(_ name: String, among names: [String], otherwise: String = ":") -> String {
        find(name, among: names).map { "; did you mean '\($0)'?" } ?? otherwise
    }

    /// The nearest of the names, if it is near enough to be meant.
    static func find(_ name: String, among names: [String]) -> String? {
        // Nobody means something by a line of noise, and comparing takes the product of the lengths.
        guard name.utf8.count <= 64 else { return nil }
        let typed = Array(name.lowercased().utf8)
        var best: (name: String, distance: Int)?
        for candidate in names {
            let distance = distance(typed, Array(candidate.lowercased().utf8))
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        // One that was not typed to its end.
        let longer = names.filter { typed.count >= 3 && $0.lowercased().utf8.starts(with: typed) }
        if longer.count == 1 { return longer[0] }
        // Or one that was typed beyond its end.
        let shorter = names.filter { $0.utf8.count >= 4 && typed.starts(with: $0.lowercased().utf8) }
        if best.map({ $0.distance > 2 }) ?? true, let longest = shorter.max(by: { $0.utf8.count < $1.utf8.count }) {
            return longest
        }
        guard let best, best.distance <= max(2, typed.count / 3) else { return nil }
        return best.name
    }

    /// How many bytes have to be put in, left out, replaced, or swapped with the next (Damerau and Levenshtein).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var rows = [Array(0...b.count)]
        for i in 1..<(a.count + 1) {
            var row = [i]
            for j in 1..<(b.count + 1) {
                let replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                var least = min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    least = min(least, rows[i - 2][j - 2] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
