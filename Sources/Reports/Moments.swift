import FoundationEssentials

/// Moments as RFC 3339 writes them.
enum Moments {
    /// `2026-11-26T00:58:29Z`, of seconds since 1970.
    static func utc(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(.iso8601)
    }
}
