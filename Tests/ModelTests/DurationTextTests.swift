import Testing

@testable import Model

@Suite struct DurationTextTests {
    @Test func whatIsNoneIsSaidAsItIs() {
        #expect(ValueText.duration("1.5s") == 1_500_000_000 && ValueText.duration("9000000h") == nil)
        for text in ["9223372036s", "1000000000h"] { #expect(ValueText.noDuration(text) == "`\(text)` is too long") }
        for text in ["5", "-5s", "s", "1e3s", "5 s", ""] {
            #expect(ValueText.duration(text) == nil)
            #expect(ValueText.noDuration(text) == "`\(text)` is no duration: a number and us, ms, s, m or h")
        }
    }
}
