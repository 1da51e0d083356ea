import ChatHub
import ChatStore

/// The people of the page's demo: makes passwords for them once, and prints these.
struct DemoPeople {
    let log: Log
    /// Of a password that nobody can guess the cheapest hash is good enough; signing in makes it anew.
    private static let hashing = Scrypt(logN: 10)

    func install(in store: any ChatStore) throws(StartError) {
        do throws(StoreError) {
            guard try NativeDemo.isMissing(in: store) else { return }
        } catch {
            throw StartError(error.description)
        }
        let desk = PasswordDesk(parameters: Self.hashing, cryptography: .openSSL)
        var passwords: [String] = []
        var credentials: [String] = []
        for _ in NativeDemo.people {
            let password = Invitation.makePassword(using: .openSSL)
            guard case .hash(let hash) = desk.perform(.hashPassword(Array(password.utf8))) else {
                throw StartError("There is no memory to hash the passwords of the demo's people.")
            }
            passwords.append(password)
            credentials.append(hash)
        }
        var isInstalled = false
        do throws(StoreError) {
            isInstalled = try NativeDemo.install(in: store, credentials: credentials, at: Clock.wallTime())
        } catch {
            throw StartError(error.description)
        }
        guard isInstalled else { return log.warning("the demo's people could not be added") }
        standardError("demo: sign in at / as one of these; their passwords are not shown again\n")
        for (person, password) in zip(NativeDemo.people, passwords) {
            standardError("demo: \(person.login) \(password)\n")
        }
    }
}
