import SystemPackage
import Testing

@testable import Kernel

@Suite struct SystemErrorTests {
    @Test func namesCallStageAndErrno() {
        let error = SystemError(call: "mount", stage: "overlay on /x", errno: Errno(rawValue: 19))
        #expect(error.description == "mount(overlay on /x): No such device (ENODEV)")
    }

    @Test func retriesOnlyWhenAsked() throws {
        var calls = 0
        let result = try systemCall("x") { () -> Int32 in
            calls += 1
            return calls < 3 ? -4 : 7
        }
        #expect(result == 7)
        #expect(calls == 3)
        #expect(throws: SystemError(call: "close", stage: "", errno: .interrupted)) {
            try systemCall("close", retry: false) { Int32(-4) }
        }
    }
}
