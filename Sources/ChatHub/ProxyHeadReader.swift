import ChatDomain
import HTTPCore

/// The beginning of a connection from a trusted proxy: whom it speaks for, before anything that this client says.
final class ProxyHeadReader {
    /// What has come of a head that is not whole yet.
    fileprivate var bytes: [UInt8] = []

    /// No head is longer.
    fileprivate static let bytesMax = 2_064
}

extension Hub {
    /// Reads the PROXY head. A peer that is trusted to send one must: else its clients could send one of their own.
    func receiveProxyHead(
        _ bytes: Span<UInt8>, at offset: inout Int, _ reader: ProxyHeadReader, on connection: Connection
    ) {
        let before = reader.bytes.count
        let end = offset + min(bytes.count - offset, ProxyHeadReader.bytesMax - before)
        for index in offset..<end { reader.bytes.append(bytes[index]) }
        let soFar = reader.bytes
        let head: ProxyProtocol.Head?
        do throws(HTTPError) {
            head = try ProxyProtocol.parse(soFar.span)
        } catch {
            self.end(connection, .cut)
            return
        }
        guard let head else {
            offset = end
            if soFar.count == ProxyHeadReader.bytesMax { self.end(connection, .cut) }
            return
        }
        offset += head.end - before
        connection.source = head.source ?? connection.peer
        connection.isTLS = head.isTLS
        connection.phase = .http(HTTPExchange(limits: site.httpLimits))
    }
}
