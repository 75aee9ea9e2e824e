import FoundationEssentials
import Kernel
import Model
import Testing

@testable import tocsin

/// Programs that lie where a host would hide them.
@Suite(.needsHost) struct ShownFolderTests {
    /// The overlay of a host shows what lies below a mount, not what is mounted there, be it the same file system.
    @Test func aProgramBelowABindMountIsFound() throws {
        let folder = "/var/tmp/tocsin-shown-\(UUID().uuidString)"
        try Files.makeFolder("\(folder)/bound")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = """
            exec >'\(folder)/output' 2>&1; cd '\(folder)' && mkdir real && mount --bind real bound || exit 99
            printf '#!/bin/sh\\nip netns add x\\n' >bound/agent; chmod +x bound/agent
            '\(try builtProgram())' run --results results --fault 'before netns.name x: delay 1ms' -- '\(folder)/bound/agent'
            """
        let end = try Spawn.execute(["unshare", "--mount", "sh", "-c", script])
        let output = try readFile("\(folder)/output")
        #expect(end == .exited(0) && output.contains("1 pass"), "\(output)")
    }
}
