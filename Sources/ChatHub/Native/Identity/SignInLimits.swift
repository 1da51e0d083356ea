import ChatDomain
public import HTTPCore

/// An attempt at something for which a password is asked, or a new account.
public enum Attempt: Sendable, Equatable, Codable {
    /// - Parameters:
    ///   - account: the name that was given, in lower case, whether or not there is such an account.
    ///   - device: what proves that it has signed in to this account before; nil for others.
    ///   - address: where it comes from; nil where that does not count.
    case signIn(account: String, device: String?, address: IPAddress?)
    case register(address: IPAddress?)
}

/// What is said to an attempt.
public enum AttemptAnswer: Sendable, Equatable, Codable {
    case granted(AttemptGrant)
    /// Too many have failed: try again after so many milliseconds.
    case wait(ms: Int64)
}

/// From what an attempt was granted, for giving it back.
public enum AttemptGrant: Sendable, Equatable, Codable {
    case device
    case account
    case firstTry
    case registration
}

/// Slows down whoever guesses passwords, and lets nobody be locked out by somebody else.
///
/// Each attempt takes a token, and a success gives it back, so that what is counted is failures, attempts under way
/// included. A bucket holds `signInFailuresMax` tokens, and gets one back every `signInRefillMs`:
///
/// 1. One for each address, whatever accounts it tries.
/// 2. One for each account, whatever addresses try it; but a device that has signed in to the account before has a
///    bucket of its own, which others cannot empty.
/// 3. While an account's bucket is empty, an address that has not tried the account lately has one attempt still: its
///    owner, on a device never seen, gets in while others guess.
///
/// All loops ask the one of the first loop. Of each kind at most `keysMax` buckets are kept; beyond that the one that
/// was asked longest ago counts as full.
struct SignInLimits {
    private struct Guest: Hashable, Sendable {
        var account: String
        var address: IPAddress?
    }

    private struct Device: Hashable, Sendable {
        var account: String
        var device: String
    }

    private var byAddress: RateLimiter<IPAddress>
    private var registrations: RateLimiter<IPAddress>
    private var byAccount: RateLimiter<String>
    private var byDevice: RateLimiter<Device>
    private var firstTries: RateLimiter<Guest>

    /// One first try of an address at an account in five minutes.
    private static let firstTriesPerSecond = 1.0 / 300
    private static let keysMax = 50_000

    init(limits: HubLimits) {
        let rate = 1_000 / Double(limits.signInRefillMs)
        let burst = limits.signInFailuresMax
        byAddress = RateLimiter(ratePerSecond: rate, burst: burst, keysMax: Self.keysMax)
        registrations = RateLimiter(ratePerSecond: rate, burst: burst, keysMax: Self.keysMax)
        byAccount = RateLimiter(ratePerSecond: rate, burst: burst, keysMax: Self.keysMax)
        byDevice = RateLimiter(ratePerSecond: rate, burst: burst, keysMax: Self.keysMax)
        firstTries = RateLimiter(ratePerSecond: Self.firstTriesPerSecond, burst: 1, keysMax: Self.keysMax)
    }

    mutating func begin(_ attempt: Attempt, at now: Instant) -> AttemptAnswer {
        switch attempt {
        case .register(let address):
            if let address, let ms = registrations.take(address, at: now) { return .wait(ms: ms) }
            return .granted(.registration)
        case .signIn(let account, let device, let address):
            if let address, let ms = byAddress.take(address, at: now) { return .wait(ms: ms) }
            let answer = begin(account, device, address, at: now)
            if case .wait = answer, let address { byAddress.giveBack(address) }
            return answer
        }
    }

    private mutating func begin(
        _ account: String, _ device: String?, _ address: IPAddress?, at now: Instant
    ) -> AttemptAnswer {
        if let device {
            if let ms = byDevice.take(Device(account: account, device: device), at: now) { return .wait(ms: ms) }
            return .granted(.device)
        }
        // Taken by every attempt: it is the first one only for who has made none.
        let firstTryMs = firstTries.take(Guest(account: account, address: address), at: now)
        guard let ms = byAccount.take(account, at: now) else { return .granted(.account) }
        guard let firstTryMs else { return .granted(.firstTry) }
        return .wait(ms: min(ms, firstTryMs))
    }

    /// It has not failed: it counts for nothing. (New accounts count in any case.)
    mutating func giveBack(_ attempt: Attempt, _ grant: AttemptGrant) {
        guard case .signIn(let account, let device, let address) = attempt else { return }
        if let address { byAddress.giveBack(address) }
        switch grant {
        case .device: if let device { byDevice.giveBack(Device(account: account, device: device)) }
        case .account:
            byAccount.giveBack(account)
            firstTries.giveBack(Guest(account: account, address: address))
        case .firstTry: firstTries.giveBack(Guest(account: account, address: address))
        case .registration: break
        }
    }
}
