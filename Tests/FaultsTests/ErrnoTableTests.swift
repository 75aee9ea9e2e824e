import Faults
import Model
import Testing

@Suite struct ErrnoTableTests {
    @Test func everyBuiltOperationWithAResultHasARow() {
        for operation in OperationTable.rows where operation.hasResult && operation != .rawRequest {
            #expect(
                ErrnoTable.requests.contains { $0.word == operation.word }, "\(operation.word) is not in the table")
        }
    }

    @Test func everyRowIsOfAKnownOperationAndSaysEachErrnoOnce() {
        for request in ErrnoTable.requests {
            #expect(OperationTable.row(request.word) != nil, "\(request.name)")
            #expect(!request.answers.isEmpty, "\(request.name)")
            #expect(Set(request.answers.map(\.number)).count == request.answers.count, "\(request.name)")
            #expect(request.answers.allSatisfy { !$0.cause.isEmpty }, "\(request.name)")
        }
        #expect(Set(ErrnoTable.requests.map(\.name)).count == ErrnoTable.requests.count)
    }
}

@Suite struct ErrnoRequestTests {
    private func names(_ operation: Phrase) -> [String] {
        ErrnoTable.request(of: operation)?.answers.map(\.number.name) ?? []
    }

    @Test func familiesDiffer() {
        #expect(ErrnoTable.request(of: Phrase("address.add", "10.0.0.1/24"))?.name == "address.add IPv4")
        #expect(names(Phrase("address.add", "10.0.0.1/24")) == ["EPERM", "EEXIST", "ENODEV", "ENOBUFS", "EADDRINUSE"])
        #expect(names(Phrase("address.add", "fd00::/64")).contains("EACCES"))
        #expect(ErrnoTable.request(of: Phrase("address.add", "within fd00::/8"))?.family == .ipv6)
        #expect(ErrnoTable.request(of: Phrase("address.add", "10.22.*"))?.family == .ipv4)
    }

    @Test func anUnknownFamilyHasWhatBothHave() {
        #expect(ErrnoTable.request(of: Phrase("address.delete", "*"))?.family == nil)
        #expect(names(Phrase("address.delete", "*")) == ["EPERM", "EADDRNOTAVAIL", "ENODEV"])
        #expect(names(Phrase("route.add", "default", ["via": "fd00::1"])).contains("EHOSTUNREACH"))
        #expect(!names(Phrase("route.add", "default")).contains("EHOSTUNREACH"))
    }

    @Test func whatHasNoResultHasNoRow() {
        #expect(!ErrnoTable.hasResult("step") && !ErrnoTable.hasResult("nonsense") && ErrnoTable.hasResult("exec"))
        #expect(ErrnoTable.request(of: Phrase("step", "add")) == nil)
    }
}
