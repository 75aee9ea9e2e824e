import Testing

@testable import Model

/// Canaries have the form of what they stand for, and hostile values begin with it.
@Suite struct CanaryTests {
    private func canary(_ value: String, _ scenario: String = "x.yaml") -> String? {
        Canary.text(like: value, variable: "secret", scenario: scenario)
    }

    @Test(arguments: ["correct-horse", "S3cret/Pass", "00112233aaFF", "aGVsbG8gd29ybGQhIQ=="])
    func eachLetterAndDigitIsAnotherOfItsKind(value: String) throws {
        let made = try #require(canary(value))
        #expect(made.count == value.count && made == canary(value))
        for (own, other) in zip(value, made) {
            #expect(own.isNumber == other.isNumber && own.isUppercase == other.isUppercase)
            if !own.isLetter, !own.isNumber { #expect(own == other) }
        }
        #expect(made != value && made != canary(value, "y.yaml"))
        #expect(zip(value, made).filter { $0 != $1 }.count >= Canary.least)
    }

    @Test func hexadecimalDigitsStaySo() throws {
        #expect(try #require(canary("00ff00ff00ff")).allSatisfy(\.isHexDigit))
    }

    @Test func theLastCharacterBeforePaddingStays() throws {
        #expect(try #require(canary("aGVsbG8gd29ybGQhIQ==")).hasSuffix("Q=="))
    }

    @Test func whatIsTooShortIsNone() {
        #expect(canary("1234") == nil)
        #expect(canary("a-b-c-d-e-f-g") == nil)
    }

    @Test(arguments: HostileValue.allCases)
    func aHostileValueHoldsTheMarkBehindTheOwn(value: HostileValue) {
        let text = value.text(with: "10.0.0.7")
        #expect(text.hasPrefix("10.0.0.7") && text.contains(HostileValue.mark))
    }
}
