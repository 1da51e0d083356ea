import CSQLite

/// A prepared statement: bind every value, step, read columns, reset.
///
/// `@safe`: both pointers are private and valid until `deinit` (SQLite keeps a closed connection until its last statement
/// is gone); text is copied when bound, and copied again when read.
@safe final class Statement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let path: String
    /// What went wrong while binding; `step` reports it.
    private var bindResult = SQLITE_OK

    /// Takes over `handle`, which was prepared on `connection`.
    @unsafe init(handle: OpaquePointer, connection: OpaquePointer, path: String) {
        unsafe self.handle = handle
        unsafe self.connection = connection
        self.path = path
    }

    deinit { _ = unsafe sqlite3_finalize(handle) }

    // MARK: Binding, parameters from 1

    func bind(_ value: Int64, at index: Int32) { note(unsafe sqlite3_bind_int64(handle, index, value)) }

    func bind(_ value: Int64?, at index: Int32) {
        if let value { bind(value, at: index) } else { note(unsafe sqlite3_bind_null(handle, index)) }
    }

    func bind(_ text: String, at index: Int32) {
        var text = text
        note(
            text.withUTF8 { bytes in
                // A null pointer would bind NULL. SQLite copies the bytes before it returns.
                guard let start = bytes.baseAddress, bytes.count > 0 else {
                    return unsafe sqlite3_bind_text(handle, index, "", 0, copiesAtOnce)
                }
                return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    unsafe sqlite3_bind_text64(
                        handle, index, $0, UInt64(bytes.count), copiesAtOnce, UInt8(SQLITE_UTF8))
                }
            })
    }

    func bind(_ text: String?, at index: Int32) {
        if let text { bind(text, at: index) } else { note(unsafe sqlite3_bind_null(handle, index)) }
    }

    /// A copy of the bytes, also where there are none.
    func bind(_ bytes: [UInt8], at index: Int32) {
        note(
            unsafe bytes.withUnsafeBufferPointer { buffer in
                // A null pointer would bind NULL. SQLite copies the bytes before it returns.
                guard let start = buffer.baseAddress, buffer.count > 0 else {
                    return unsafe sqlite3_bind_zeroblob(handle, index, 0)
                }
                return unsafe sqlite3_bind_blob64(handle, index, start, UInt64(buffer.count), copiesAtOnce)
            })
    }

    private func note(_ result: Int32) {
        if result != SQLITE_OK && bindResult == SQLITE_OK { bindResult = result }
    }

    // MARK: Running

    /// Goes to the next row: false at the end. `reset` before the next use.
    func step() throws(StoreError) -> Bool {
        var result = bindResult
        if result == SQLITE_OK {
            result = unsafe sqlite3_step(handle)
            if result == SQLITE_ROW { return true }
            if result == SQLITE_DONE { return false }
        }
        let error = unsafe Database.error(result, connection: connection, path: path)
        reset()
        throw error
    }

    /// Runs a statement that answers nothing.
    func run() throws(StoreError) {
        _ = try step()
        reset()
    }

    /// Lets go of the rows; what is bound stays bound.
    func reset() {
        // It repeats the error of the last step, which is known.
        _ = unsafe sqlite3_reset(handle)
        bindResult = SQLITE_OK
    }

    // MARK: Columns of the current row, from 0

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func isNull(_ column: Int32) -> Bool { unsafe sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// Empty for NULL.
    func text(_ column: Int32) -> String {
        guard let start = unsafe sqlite3_column_text(handle, column) else { return "" }
        // The bytes are valid until the next step; they are copied here.
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }
}

/// `SQLITE_TRANSIENT`, a macro that Swift does not import: the value -1 in the place of a function, by which SQLite knows
/// that it must copy. It is never called.
private var copiesAtOnce: sqlite3_destructor_type? { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
