import ChatDomain
import ChatStore

/// A member of a room, with what they are called.
struct NamedMember: Equatable, Sendable {
    var member: Member
    var user: User

    /// Asks the store for the names of members.
    static func find(
        _ members: [Member], _ reader: borrowing any ChatStoreReader
    ) throws(StoreError) -> [NamedMember] {
        // Each is there: a deleted account leaves a shell.
        let users = try reader.users(members.map(\.user))
        let byID = Dictionary(users.map { ($0.id, $0) }) { first, _ in first }
        return members.compactMap { member in byID[member.user].map { NamedMember(member: member, user: $0) } }
    }
}
