/// Which end of the connection we are. It decides which way masks go (RFC 6455 §5.1).
public enum Role: Sendable {
    /// We accepted the connection: frames that come in are masked, frames that go out are not.
    case server
    /// We opened the connection: frames that come in are not masked, frames that go out are.
    case client
}
