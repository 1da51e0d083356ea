/// Members of an object, name and value in one: each as fast as the two by themselves, at whatever call.
extension JSONWriter {
    @inlinable
    public mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        value(number)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ number: Int64) {
        key(name)
        value(number)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ number: UInt64) {
        key(name)
        value(number)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ flag: Bool) {
        key(name)
        value(flag)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ time: WallTime) {
        key(name)
        value(time)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ id: UserID) {
        key(name)
        value(id)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ id: RoomID) {
        key(name)
        value(id)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ id: SessionID) {
        key(name)
        value(id)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ id: InviteID) {
        key(name)
        value(id)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ epoch: Epoch) {
        key(name)
        value(epoch)
    }

    @inlinable
    public mutating func member(_ name: StaticString, _ key: MessageKey) {
        self.key(name)
        value(key)
    }
}
