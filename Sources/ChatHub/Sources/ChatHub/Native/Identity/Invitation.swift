/// Tokens of invitations, for who makes them outside a hub.
public enum Invitation {
    /// A new one: 256 random bits in base64url.
    public static func makeToken(using cryptography: Cryptography) -> String {
        SessionToken(using: cryptography).text
    }

    /// What is stored in its place.
    public static func hash(of token: String, using cryptography: Cryptography) -> [UInt8] {
        cryptography.digest(Array(token.utf8))
    }

    /// A password that nobody can guess: 120 bits in 20 characters.
    public static func makePassword(using cryptography: Cryptography) -> String {
        Base64URL.encode(cryptography.randomBytes(15))
    }
}
