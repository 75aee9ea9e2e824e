import Glibc

/// By how much longer this machine may take than the limits of time say, which are those of an idle machine of today.
///
/// `TOCSIN_PATIENCE`, which `--patience` sets, is a number from 1; a machine that is emulated, or shared with others, needs 2 to 20.
/// What a scenario says is to last so long (a `delay`, an `until: 2s`) is no limit, and stays.
public enum Patience {
    /// The variable that workers inherit.
    public static let variable = "TOCSIN_PATIENCE"

    /// The factor; 1 where the variable is no number from 1 to 1000.
    public static let factor: Double = environmentVariable(variable).flatMap(factor(of:)) ?? 1

    /// The factor that a text says; nil where it is none.
    public static func factor(of text: String) -> Double? {
        Double(text).flatMap { (1...1000).contains($0) ? $0 : nil }
    }
}

extension Duration {
    /// This limit, as long as this machine may take for it.
    public var patient: Duration {
        Patience.factor == 1 ? self : .nanoseconds(Int64(min(Double(nanoseconds) * Patience.factor, 9e18)))
    }
}
