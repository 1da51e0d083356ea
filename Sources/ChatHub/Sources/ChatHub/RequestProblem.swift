import HTTPCore

/// Why a request is not answered as hoped: the status of the answer, and a sentence for whoever asked.
struct RequestProblem: Error {
    let status: Status
    let sentence: String

    init(_ status: Status, _ sentence: String) {
        self.status = status
        self.sentence = sentence
    }
}
