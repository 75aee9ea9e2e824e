import CLinux
import Glibc
import Kernel
import Testing

@testable import Host

/// The root where no overlay can be mounted over the machine's.
@Suite(.needsHost, .timeLimit(.minutes(1))) struct CopiedRootTests {
    @Test func isMadeTwoOverlaysDeep() async {
        await #expect(processExitsWith: .success) {
            try systemCall("unshare", stage: "CLONE_NEWNS") { cl_unshare(CLONE_NEWNS) }
            try mount("none", "/", nil, MS_REC | MS_PRIVATE)
            try mount("tmpfs", "/mnt", "tmpfs", 0)
            var lower = "/"
            for name in ["a", "b"] {
                for directory in ["", "/u", "/w", "/m"] { mkdir("/mnt/\(name)\(directory)", 0o755) }
                try mount(
                    "overlay", "/mnt/\(name)/m", "overlay", 0,
                    "lowerdir=\(lower),upperdir=/mnt/\(name)/u,workdir=/mnt/\(name)/w")
                lower = "/mnt/\(name)/m"
            }
            for directory in ["proc", "sys", "dev"] {
                try mount("/\(directory)", "\(lower)/\(directory)", nil, MS_BIND | MS_REC)
            }
            try mount("tmpfs", "\(lower)/tmp", "tmpfs", 0)
            // Moved there and not only entered: a process in a chroot may make no user namespace (user_namespaces(7)).
            #expect(chdir(lower) == 0)
            try mount(".", "/", nil, MS_MOVE)
            #expect(chroot(".") == 0)
            let host = try Host(HostOptions(stateDirectories: ["/var/lib/agent"]))
            #expect(host.root == .copied)
            try use(host)
        }
    }

    @Test func isMadeWhenAsked() async {
        await #expect(processExitsWith: .success) {
            #expect(try Host().root == .overlay)
            var options = HostOptions(stateDirectories: ["/var/lib/agent"])
            options.copiedRoot = true
            try use(try Host(options))
        }
    }
}

/// Writes, deletes and looks, as an agent would.
private func use(_ host: Host) throws {
    #expect(try host.shell("stat -f -c %T / /run /tmp") == "tmpfs\ntmpfs\ntmpfs\n")
    #expect(try host.shell("ls -A /run /tmp /var/lib/agent") == "/run:\n\n/tmp:\n\n/var/lib/agent:\n")
    let passwd = try readFile("/etc/passwd")
    #expect(try host.shell("cat /etc/passwd") == passwd)
    #expect(try host.shell("stat -c '%a %u %g' /etc/shadow /etc /var /root; ls /etc | wc -l") == machine())
    _ = try host.shell("echo x >> /etc/passwd; rm /etc/shadow; mkdir /etc/made; echo y > /srv/f; ip netns add pod")
    #expect(try readFile("/etc/passwd") == passwd)
    #expect(access("/etc/shadow", F_OK) == 0 && access("/srv/f", F_OK) != 0)
    for attempt in ["touch /usr/x", "mount -o remount,rw,bind /usr && touch /usr/x"] {
        #expect(try host.capture(["sh", "-c", attempt]).status != .exited(0))
    }
    try host.destroy()
}

private func machine() throws -> String {
    let lines = ["/etc/shadow", "/etc", "/var", "/root"].map { path in
        var status = stat()
        stat(path, &status)
        return "\(String(status.st_mode & 0o7777, radix: 8)) \(status.st_uid) \(status.st_gid)\n"
    }
    return lines.joined() + "\(try listDirectory("/etc").filter { !$0.hasPrefix(".") }.count)\n"
}

private func mount(_ source: String, _ target: String, _ type: String?, _ flags: Int, _ data: String? = nil) throws {
    try systemCall("mount", stage: target) {
        Glibc.mount(source, target, type, UInt(flags), data) == 0 ? 0 : -Int(errno)
    }
}
