import Testing

@testable import Host

@Suite struct PathTests {
    @Test func followsLinksOfTheExistingPart() {
        #expect(resolved("/proc/self/../nothing/here") == "/proc/nothing/here")
        #expect(resolved("/none-such/a") == "/none-such/a")
    }
}
