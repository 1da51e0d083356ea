/// What the shell tells of feeds' connections.
extension Hub {
    /// A connection that a `FeedAction` has asked for is there.
    public func feedOpened(_ link: FeedLink) {
        feeds.withMachine(of: link, hub: self) { $0.opened(link, at: now, wallTime: wallTime) }
    }

    /// Takes bytes from a feed's source. They may be changed in place (unmasked), and are not kept.
    public func feedReceived(_ link: FeedLink, _ bytes: inout MutableSpan<UInt8>) {
        feeds.received(link, &bytes, hub: self)
    }

    /// A feed's connection has ended, or did not come about.
    ///
    /// - Parameter reason: a sentence for people; nil where the source has closed it in good order.
    public func feedEnded(_ link: FeedLink, reason: String?) {
        feeds.withMachine(of: link, hub: self) { $0.ended(link, reason: reason, at: now, wallTime: wallTime) }
    }
}
