/// Where a program that gets certificates (ACME) puts the answers to what it is challenged with: in the directory itself, or
/// under `.well-known/acme-challenge` in it, as in the root of a site.
struct ChallengeDirectory: Sendable {
    let path: String

    private static let bytesMax = 16_384

    /// - Parameter name: of letters, digits, `-` and `_` only.
    /// - Returns: nil where there is none.
    func read(_ name: String) -> [UInt8]? {
        for directory in [path, path + "/.well-known/acme-challenge"] {
            guard case .file? = FileTree.kind("\(directory)/\(name)") else { continue }
            if let bytes = try? FileTree.contents("\(directory)/\(name)", bytesMax: Self.bytesMax) { return bytes }
        }
        return nil
    }
}
