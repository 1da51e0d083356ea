import ChatDomain

/// Makes anew what names are found by, where they were folded in another way.
extension SQLiteLedger {
    func foldNames() throws(StoreError) {
        do throws(StoreError) {
            try database.begin(isDurable: true)
            try foldUsers()
            try foldRooms()
            let update = try database.statement("UPDATE progress SET names_version = ?")
            update.bind(SearchWords.version, at: 1)
            try update.run()
            try database.execute("COMMIT")
        } catch {
            database.rollback()
            throw error
        }
    }

    private func foldUsers() throws(StoreError) {
        let users = try database.statement(
            "SELECT \(StateQueries.userColumns) FROM users WHERE id > ? AND login IS NOT NULL ORDER BY id LIMIT 1000")
        var last: Int64 = 0
        while true {
            users.bind(last, at: 1)
            var page: [User] = []
            while try users.step() { page.append(StateQueries.user(from: users)) }
            users.reset()
            guard let newest = page.last else { return }
            for user in page { try storeWords(of: user) }
            last = newest.id.rawValue
        }
    }

    private func foldRooms() throws(StoreError) {
        let ids = try database.statement("SELECT id FROM rooms WHERE visibility = 1 AND id > ? ORDER BY id LIMIT 1000")
        var last: Int64 = 0
        while true {
            ids.bind(last, at: 1)
            var page: [RoomID] = []
            while try ids.step() { page.append(RoomID(ids.integer(0))) }
            ids.reset()
            guard let newest = page.last else { return }
            for id in page {
                if let room = try state.room(id) { try update(room) }
            }
            last = newest.rawValue
        }
    }
}
