/// What a user has chosen, for all of their devices.
public struct UserSettings: Hashable, Sendable, Codable {
    /// What the user shows, whatever their devices do.
    public enum Availability: UInt8, Sendable, Codable {
        /// As the devices are: online, away or offline.
        case automatic = 0
        case doNotDisturb = 1
        /// Looks like offline.
        case invisible = 2
    }

    public var availability: Availability
    /// Shown beside the state; at most 140 characters.
    public var statusText: String
    public var hidesLastSeen: Bool
    /// Others are not told that this user types.
    public var hidesTyping: Bool
    /// Reading moves only one's own counts (`read_private`), whatever the client says.
    public var hidesReading: Bool

    public init(
        availability: Availability = .automatic, statusText: String = "", hidesLastSeen: Bool = false,
        hidesTyping: Bool = false, hidesReading: Bool = false
    ) {
        self.availability = availability
        self.statusText = statusText
        self.hidesLastSeen = hidesLastSeen
        self.hidesTyping = hidesTyping
        self.hidesReading = hidesReading
    }
}
