import CLinux
import Kernel
import NetlinkCodec
import Testing

@testable import Host

/// struct nlmsghdr with a type and the body after it; length and sequence are filled in by pid 1.
private func message(type: UInt16, flags: UInt16 = 0, _ body: [UInt8]) -> [UInt8] {
    bytes(UInt32(0)) + bytes(type) + bytes(flags) + bytes(UInt32(0)) + bytes(UInt32(0)) + body
}

private func bytes<Value: BitwiseCopyable>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

private func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    return bytes(UInt16(value.count + 4)) + bytes(type) + value + padding
}

/// `ip link add NAME type KIND`: RTM_NEWLINK (16) with NLM_F_CREATE | NLM_F_EXCL.
private func newLink(_ name: String, kind: String, extra: [UInt8] = []) -> [UInt8] {
    let information = attribute(18, attribute(1, Array(kind.utf8) + [0]))
    let header = [UInt8](repeating: 0, count: 16)
    return message(type: 16, flags: 0x600, header + attribute(3, Array(name.utf8) + [0]) + information + extra)
}

@Suite(.needsHost, .timeLimit(.patient(minutes: 1))) struct NetlinkRequestTests {
    @Test func makesLinksWhereAsked() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            try host.makeNamespace("pod")
            try host.send(newLink("br7", kind: "bridge"))
            #expect(try host.shell("ls /sys/class/net") == "br7\nlo\n")
            // IFLA_NET_NS_FD (28) is the last attribute, so its number is in the last four bytes.
            let request = newLink("br8", kind: "bridge", extra: attribute(28, bytes(UInt32(0))))
            try host.send(request, patches: [NamespacePatch(offset: request.count - 4, namespace: "pod")])
            #expect(try host.shell("ip netns exec pod ls /sys/class/net") == "br8\nlo\n")
            try host.send(newLink("br9", kind: "bridge"), in: "pod")
            #expect(try host.shell("ip netns exec pod ls /sys/class/net") == "br8\nbr9\nlo\n")
            #expect(try machineState().allSatisfy { !$0.hasPrefix("link br") })
            try host.destroy()
        }
    }

    @Test func refusalsCarryErrnoAndText() async {
        await #expect(processExitsWith: .success) {
            let host = try Host()
            try host.send(newLink("br7", kind: "bridge"))
            let twice = #expect(throws: HostError.self) { try host.send(newLink("br7", kind: "bridge")) }
            #expect(twice?.refusal?.errno == .fileExists)
            let unknown = #expect(throws: HostError.self) { try host.send(newLink("x", kind: "nosuch")) }
            #expect(unknown?.refusal?.errno == .notSupportedOnSocket)
            guard case .refused(_, let text, _) = unknown else { return }
            #expect(text == "Unknown device type")
            #expect(throws: HostError.self) { try host.send([1, 2, 3]) }
            #expect(throws: HostError.self) {
                try host.send(newLink("y", kind: "bridge"), patches: [NamespacePatch(offset: 9999, namespace: "host")])
            }
            try host.destroy()
        }
    }
}
