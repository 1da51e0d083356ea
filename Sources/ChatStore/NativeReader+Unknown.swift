public import ChatDomain

/// Answers of a store that does not know the native protocol.
extension NativeReader {
    public func account(login: String) throws(StoreError) -> Account? {
        throw .failed("this store does not know the native protocol")
    }

    public func account(_ id: UserID) throws(StoreError) -> Account? {
        throw .failed("this store does not know the native protocol")
    }

    public func session(tokenHash: [UInt8]) throws(StoreError) -> SessionRecord? {
        throw .failed("this store does not know the native protocol")
    }

    public func sessions(of user: UserID) throws(StoreError) -> [SessionRecord] {
        throw .failed("this store does not know the native protocol")
    }

    public func users(matching text: String, limit: Int) throws(StoreError) -> [User] {
        throw .failed("this store does not know the native protocol")
    }

    public func blocks(by user: UserID) throws(StoreError) -> [UserID] {
        throw .failed("this store does not know the native protocol")
    }

    public func hasBlocked(_ other: UserID, by user: UserID) throws(StoreError) -> Bool {
        throw .failed("this store does not know the native protocol")
    }

    public func contacts(of user: UserID, among others: [UserID]) throws(StoreError) -> [UserID] {
        throw .failed("this store does not know the native protocol")
    }

    public func isInvitation(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> Bool {
        throw .failed("this store does not know the native protocol")
    }

    public func listing(of room: RoomID, for viewer: UserID) throws(StoreError) -> RoomListing? {
        throw .failed("this store does not know the native protocol")
    }

    public func listings(of user: UserID, skip: Int, limit: Int) throws(StoreError) -> [RoomListing] {
        throw .failed("this store does not know the native protocol")
    }

    public func publicRooms(matching text: String, for viewer: UserID, skip: Int, limit: Int) throws(StoreError)
        -> [RoomListing]
    {
        throw .failed("this store does not know the native protocol")
    }

    public func member(_ user: UserID, of room: RoomID) throws(StoreError) -> Member? {
        throw .failed("this store does not know the native protocol")
    }

    public func members(of room: RoomID, skip: Int, limit: Int) throws(StoreError) -> [Member] {
        throw .failed("this store does not know the native protocol")
    }

    public func memberCount(of room: RoomID) throws(StoreError) -> Int {
        throw .failed("this store does not know the native protocol")
    }

    public func ban(of user: UserID, from room: RoomID, at now: WallTime) throws(StoreError) -> WallTime? {
        throw .failed("this store does not know the native protocol")
    }

    public func unread(of user: UserID, limit: Int) throws(StoreError) -> [(room: RoomID, count: UnreadCount)] {
        throw .failed("this store does not know the native protocol")
    }

    public func page(of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID) throws(StoreError)
        -> MessagePage
    {
        throw .failed("this store does not know the native protocol")
    }

    public func versions(of seq: Int64, in room: RoomID) throws(StoreError) -> [MessageVersion] {
        throw .failed("this store does not know the native protocol")
    }

    public func receipt(author: UserID, key: MessageKey) throws(StoreError) -> (room: RoomID, receipt: MessageReceipt)?
    {
        throw .failed("this store does not know the native protocol")
    }

    public func userEvents(of user: UserID, after offset: Int64, limit: Int) throws(StoreError) -> [UserEvent] {
        throw .failed("this store does not know the native protocol")
    }
}
