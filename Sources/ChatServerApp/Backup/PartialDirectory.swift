import CEpoll
import Glibc

/// A directory that is filled under another name, and takes its own once it is whole and on the disk. So what was broken
/// off never looks like something whole.
struct PartialDirectory: ~Copyable {
    /// Where it is filled.
    let path: String
    private let target: String
    /// Held by whoever fills it: one that nobody holds was broken off.
    private let lock: Descriptor

    static let suffix = ".partial"

    /// Begins one. The target may be an empty directory; what was broken off before is removed.
    init(for target: String) throws(StartError) {
        var name = target[...]
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        self.target = String(name)
        path = name + Self.suffix
        switch FileTree.kind(self.target) {
        case nil: break
        case .directory? where try FileTree.names(in: self.target).isEmpty: break
        default: throw StartError("There is something at \(self.target) already.")
        }
        if FileTree.kind(path) != nil, !Self.removeIfBrokenOff(path) {
            throw StartError("\(path) is being written by somebody else, or cannot be removed.")
        }
        let parent = FileTree.parent(of: self.target)
        // The path is lent to the call.
        guard unsafe mkdir(path, 0o700) == 0 else {
            throw StartError("The directory \(path) cannot be made: \(systemMessage(errno)).")
        }
        FileOwner(of: parent)?.take(path: path)
        guard let lock = Self.lock(path) else {
            throw StartError("The directory \(path) cannot be locked: \(systemMessage(errno)).")
        }
        self.lock = lock
    }

    /// Gives it its own name. Everything in it must have been synced, directories included.
    func publish() throws(StartError) {
        try FileTree.sync(path)
        // The paths are lent to the call, which takes the place of an empty directory.
        guard unsafe rename(path, target) == 0 else {
            throw StartError("The directory \(target) cannot be made: \(systemMessage(errno)).")
        }
        try FileTree.sync(FileTree.parent(of: target))
    }

    func discard() { FileTree.remove(path) }

    /// Removes what somebody has begun, and left.
    ///
    /// - Returns: false where somebody is at it.
    static func removeIfBrokenOff(_ path: String) -> Bool {
        guard let lock = lock(path) else { return false }
        FileTree.remove(path)
        _ = consume lock
        return FileTree.kind(path) == nil
    }

    private static func lock(_ path: String) -> Descriptor? {
        // The path is lent to the call.
        guard let opened = Descriptor(unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return nil }
        guard flock(opened.raw, LOCK_EX | LOCK_NB) == 0 else { return nil }
        return opened
    }
}
