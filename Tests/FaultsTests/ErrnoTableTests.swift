import Faults
import Model
import Testing

@Suite struct ErrnoTableTests {
    @Test func everyBuiltOperationWithAResultHasARow() {
        for operation in Vocabulary.operations where operation.isBuilt && ErrnoTable.hasResult(operation.word) {
            #expect(
                ErrnoTable.requests.contains { $0.word == operation.word }, "\(operation.word) is not in the table")
        }
    }

    @Test func everyRowIsOfAKnownOperationAndSaysEachErrnoOnce() {
        for request in ErrnoTable.requests {
            #expect(Vocabulary.operation(request.word)?.isBuilt == true, "\(request.name)")
            #expect(!request.answers.isEmpty, "\(request.name)")
            #expect(Set(request.answers.map(\.number)).count == request.answers.count, "\(request.name)")
            #expect(request.answers.allSatisfy { !$0.cause.isEmpty }, "\(request.name)")
        }
        #expect(Set(ErrnoTable.requests.map(\.name)).count == ErrnoTable.requests.count)
    }
}
