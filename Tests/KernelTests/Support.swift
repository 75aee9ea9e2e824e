import Kernel
import Testing

extension TimeLimitTrait.Duration {
    /// So many minutes of an idle machine of today; longer where `TOCSIN_PATIENCE` says so.
    static func patient(minutes: Double) -> Self { .minutes(Int(minutes * Patience.factor)) }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, saying so, without a capability.
    static func needs(_ capability: Capability) -> Self {
        .enabled(if: Capabilities.has(capability), "needs \(capability)")
    }
}

func bytes<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

/// struct nlmsghdr with a type and the body after it; the socket fills in the rest.
func message(type: UInt16, flags: UInt16 = 0, _ body: [UInt8]) -> [UInt8] {
    bytes(UInt32(0)) + bytes(type) + bytes(flags) + bytes(UInt32(0)) + bytes(UInt32(0)) + body
}

func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
    bytes(UInt16(value.count + 4)) + bytes(type) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
}

/// `ip link add NAME type KIND`.
func newLink(_ name: String, kind: String) -> [UInt8] {
    message(
        type: 16, flags: 0x600,
        [UInt8](repeating: 0, count: 16) + attribute(3, Array(name.utf8) + [0])
            + attribute(18, attribute(1, Array(kind.utf8) + [0])))
}
