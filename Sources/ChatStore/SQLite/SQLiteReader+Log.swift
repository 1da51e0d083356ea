import ChatDomain

/// Everything that was committed, whatever room or user it concerns.
extension SQLiteReader {
    func commits(after position: LogPosition, limit: Int) throws(StoreError) -> CommitPage {
        let wanted = CommitPage.lookedUp(limit)
        // The log itself has everything that is committed: what is behind are the indexes.
        return try inSnapshot { () throws(StoreError) in
            let events = try history.events(afterLogID: position.logID, limit: wanted) { id throws(StoreError) in
                try state.room(id)
            }
            let notices = try followed.notices(after: position.noticeID, limit: wanted) { id throws(StoreError) in
                try state.user(id)
            } account: { id throws(StoreError) in
                try accounts.account(id)
            }
            return CommitPage(
                after: position, events: events, notices: notices, firstNotice: try followed.firstNotice(),
                limit: limit)
        }
    }

    func position(ofFollower name: String) throws(StoreError) -> LogPosition? { try followed.followers()[name] }
}
