import Kernel
import Testing

@Suite struct PatienceTests {
    @Test(arguments: [
        ("1", 1.0), ("2.5", 2.5), ("1000", 1000), ("0.5", nil), ("1001", nil), ("-3", nil), ("nan", nil), ("", nil),
        ("3x", nil), ("inf", nil),
    ]) func whatIsAFactor(text: String, factor: Double?) { #expect(Patience.factor(of: text) == factor) }

    @Test func aLimitIsMultiplied() {
        #expect(Duration.seconds(2).patient.nanoseconds == Int64(2e9 * Patience.factor))
        // Nothing overflows.
        #expect(Duration.seconds(9_000_000_000).patient >= .seconds(9_000_000_000))
    }
}
