import ChatDomain
import Testing

/// The table of roles as the protocol has it, and every question that can be asked of it.
///
/// What a cell says: `+` yes, `-` no, `m` unless muted, `<` if the target stands below (or is no member), `o` unless the
/// target is the owner, `a` any role but owner to any but the owner, `r` member and reader to and from only.
@Suite("Who may do what")
struct PermissionsTests {
    /// Columns: owner, admin, member, reader.
    static let group = """
        read              + + + +
        react             + m m m
        unreact           + + + +
        type              + + + -
        mark              + + + +
        pin               + + - -
        send              + m m -
        editOwn           + m m -
        deleteOwn         + + + -
        deleteOthers      + o - -
        editOthers        - - - -
        invite            + + + -
        kick              < < - -
        ban               < < - -
        mute              < < - -
        rename            + + - -
        archive           + + - -
        unarchive         + + - -
        setVisibility     + + - -
        assignRole        a r - -
        deleteRoom        + - - -
        transferOwnership + - - -
        join              - - - -
        leave             - + + +
        """
    /// As a group, but for this.
    static let channel = """
        invite            + + - -
        """
    /// Whatever the role.
    static let direct: Set<RoomAction> = [
        .read, .react, .unreact, .type, .mark, .pin, .send, .editOwn, .deleteOwn,
    ]
    /// What is left of it all in an archive.
    static let archived: Set<RoomAction> = [.read, .mark, .leave, .unarchive, .deleteRoom]

    static let roles: [Role?] = [nil, .owner, .admin, .member, .reader]

    /// Every question to one kind of room: a few thousand.
    struct Question {
        var action: RoomAction
        var standing: Standing
        var room: RoomRules
        var target: Role?
        var newRole: Role?
    }

    static func questions(_ kind: RoomKind) -> [Question] {
        var questions: [Question] = []
        for action in RoomAction.allCases {
            for role in roles {
                for flags in 0..<16 {
                    let standing = Standing(role: role, isMuted: flags & 1 != 0, isBanned: flags & 2 != 0)
                    let room = RoomRules(
                        kind: kind, visibility: flags & 4 != 0 ? .public : .private, isArchived: flags & 8 != 0)
                    for target in roles {
                        for newRole in roles {
                            questions.append(
                                Question(
                                    action: action, standing: standing, room: room, target: target, newRole: newRole))
                        }
                    }
                }
            }
        }
        return questions
    }

    static func cells(_ table: String) -> [String: [Character]] {
        var cells: [String: [Character]] = [:]
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            cells[String(words[0])] = words.dropFirst().map { $0.first ?? " " }
        }
        return cells
    }

    @Test(arguments: [RoomKind.direct, .group, .channel])
    func everyQuestion(_ kind: RoomKind) throws {
        var cells = Self.cells(Self.group)
        if kind == .channel { cells.merge(Self.cells(Self.channel)) { _, own in own } }
        #expect(Set(cells.keys) == Set(RoomAction.allCases.map { "\($0)" }))
        let questions = Self.questions(kind)
        #expect(questions.count == RoomAction.allCases.count * 5 * 16 * 25)
        for question in questions {
            let verdict = Permissions.check(
                question.action, by: question.standing, in: question.room, target: question.target,
                newRole: question.newRole)
            let cell = try #require(cells["\(question.action)"])
            let expected = Self.expected(question, cell)
            if verdict != expected { Issue.record("\(question): \(verdict), expected \(expected)") }
        }
    }

    static func expected(_ question: Question, _ cells: [Character]) -> Verdict {
        let room = question.room
        let column: Int
        switch question.standing.role {
        case nil:
            if room.visibility == .private || room.kind == .direct { return .notFound }
            let canJoin = !question.standing.isBanned && !room.isArchived
            return question.action == .join && canJoin ? .allowed : .forbidden
        case .owner: column = 0
        case .admin: column = 1
        case .member: column = 2
        case .reader: column = 3
        }
        if room.isArchived, !archived.contains(question.action) { return .forbidden }
        if room.kind == .direct { return direct.contains(question.action) ? .allowed : .forbidden }
        return isAllowed(cells[column], question) ? .allowed : .forbidden
    }

    static func isAllowed(_ cell: Character, _ question: Question) -> Bool {
        let below: [Role?] =
            question.standing.role == .owner ? [nil, .admin, .member, .reader] : [nil, .member, .reader]
        let assignable: [Role?] = [nil, .member, .reader]
        switch cell {
        case "+": return true
        case "-": return false
        case "m": return !question.standing.isMuted
        case "<": return below.contains(question.target)
        case "o": return question.target != .owner
        case "a": return question.target != .owner && question.newRole != .owner
        case "r": return assignable.contains(question.target) && assignable.contains(question.newRole)
        default:
            Issue.record("no such cell: \(cell)")
            return false
        }
    }

    @Test("Who joins a channel reads, who joins anything else is a member")
    func roleOnJoining() {
        #expect(Permissions.roleOnJoining(.channel) == .reader)
        #expect(Permissions.roleOnJoining(.group) == .member)
        #expect(Permissions.roleOnJoining(.direct) == .member)
    }

    @Test("Names on the wire lead back to what they name")
    func names() {
        for role in Role.allCases { #expect(Role(name: role.name) == role) }
        #expect(Role.allCases.map(\.name) == ["owner", "admin", "member", "reader"])
        #expect(Role(name: "Owner") == nil)
        #expect(Visibility(name: "public") == .public && Visibility(name: "private") == .private)
        #expect(Visibility(name: "") == nil)
        #expect([Visibility.public, .private].map(\.name) == ["public", "private"])
        #expect([RoomKind.direct, .group, .channel].map(\.name) == ["direct", "group", "channel"])
    }

    @Test("A mute ends with its time")
    func mutes() {
        let member = Member(user: UserID(1), role: .member, mutedUntil: WallTime(milliseconds: 10))
        #expect(member.standing(at: WallTime(milliseconds: 9)).isMuted)
        #expect(!member.standing(at: WallTime(milliseconds: 10)).isMuted)
        #expect(!Member(user: UserID(1), role: .member).standing(at: WallTime(milliseconds: 0)).isMuted)
    }
}
