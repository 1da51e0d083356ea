/// Somebody who can take part in rooms. Holds no secret: it may be shown to others.
public struct User: Hashable, Sendable {
    public let id: UserID
    /// The identifier that clients of a dialect see: an opaque string, unique among users.
    public let handle: String
    public var username: String
    /// As given; unique among users where not nil.
    public var phone: String?
    public let createdAt: WallTime
    /// Made through an open dialect, and therefore visible to it.
    public let isOpen: Bool
    /// A deleted account stays behind, nameless, so that the rooms it wrote in can still show its messages.
    public var isDeleted: Bool
    /// The name by which an account signs in and is mentioned, as it was typed; unique caselessly. Nil for a user who was
    /// made through a dialect, and for a deleted one. (`username` is what others see: the display name.)
    public var login: String?
    /// May administer the server.
    public var isAdmin: Bool

    public init(
        id: UserID, handle: String, username: String, phone: String?, createdAt: WallTime, isOpen: Bool,
        isDeleted: Bool = false, login: String? = nil, isAdmin: Bool = false
    ) {
        self.id = id
        self.handle = handle
        self.username = username
        self.phone = phone
        self.createdAt = createdAt
        self.isOpen = isOpen
        self.isDeleted = isDeleted
        self.login = login
        self.isAdmin = isAdmin
    }
}
