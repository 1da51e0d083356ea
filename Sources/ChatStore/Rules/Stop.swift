/// Why a rule goes no further.
enum Stop: Error {
    /// The draft's answer. Thrown by rules, before they have changed anything.
    case refused(Refusal)
    /// The whole batch fails.
    case failed(StoreError)
    /// The ledger has to fetch these before it can answer; then the rule runs again from its beginning.
    case need([Need])
}

/// Makes of a failure of the engine what rules throw.
@inline(__always)
func stopping<Answer>(_ body: () throws(StoreError) -> Answer) throws(Stop) -> Answer {
    do throws(StoreError) {
        return try body()
    } catch {
        throw .failed(error)
    }
}
