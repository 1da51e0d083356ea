import ChatDomain

/// How the column `log.mentions` holds users: their numbers in decimal, with spaces between.
enum MentionList {
    static func text(of users: [UserID]) -> String {
        users.map { String($0.rawValue) }.joined(separator: " ")
    }

    static func users(in text: String) -> [UserID] {
        text.split(separator: " ").compactMap { Int64($0) }.map(UserID.init)
    }
}
