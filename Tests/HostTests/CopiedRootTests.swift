import CLinux
import Glibc
import Kernel
import SystemPackage
import Testing

@testable import Host

/// The root where no overlay can be mounted over the machine's.
@Suite(.needsHost, .timeLimit(.patient(minutes: 5))) struct CopiedRootTests {
    @Test func isMadeTwoOverlaysDeep() async {
        await #expect(processExitsWith: .success) {
            do {
                try enterTwoOverlays()
                let host = try Host(HostOptions(stateDirectories: ["/var/lib/agent"]))
                #expect(host.root == .copied)
                try use(host)
            } catch { Issue.record(error) }
        }
    }

    @Test func isMadeWhenAsked() async {
        await #expect(processExitsWith: .success) {
            do {
                #expect(try Host().root == .overlay)
                var options = HostOptions(stateDirectories: ["/var/lib/agent"])
                options.copiedRoot = true
                try use(try Host(options))
            } catch { Issue.record(error) }
        }
    }

    /// A file is no more to be copied than a directory of its size, and a directory of hundreds of large ones is one mount.
    @Test func showsWhatIsTooMuchToCopy() async {
        await #expect(processExitsWith: .success) {
            do {
                try seclude("/srv")
                try makeSparse("/srv/image", size: 3 << 30)
                mkdir("/srv/small", 0o755)
                mkdir("/srv/many", 0o755)
                for number in 0..<300 {
                    mkdir("/srv/many/\(number)", 0o755)
                    try makeSparse("/srv/many/\(number)/image", size: 9 << 20)
                }
                var options = HostOptions(stateDirectories: [])
                options.copiedRoot = true
                let host = try Host(options)
                #expect(try host.shell("stat -c %s /srv/image /srv/many/7/image") == "\(3 << 30)\n\(9 << 20)\n")
                #expect(try host.shell("ls /srv; ls /srv/many | wc -l") == "image\nmany\nsmall\n300\n")
                _ = try host.shell("echo x > /srv/small/f; mkdir /srv/made")
                for attempt in ["echo x >> /srv/image", "rm /srv/image", "touch /srv/many/x"] {
                    #expect(try host.capture(["sh", "-c", attempt]).status != .exited(0), "\(attempt)")
                }
                #expect(access("/srv/small/f", F_OK) != 0 && access("/srv/made", F_OK) != 0)
                try host.destroy()
            } catch { Issue.record(error) }
        }
    }

    /// A directory of the agents' own below one that is shown: what the machine has beside it is there too.
    ///
    /// Below one of hundreds of large ones it is there all the same.
    @Test func hasFoldersOfAgentsBelowLargeOnes() async {
        await #expect(processExitsWith: .success) {
            do {
                try seclude("/srv")
                for number in 0..<300 {
                    try #require(mkdir("/srv/\(number)", 0o755) == 0)
                    try makeSparse("/srv/\(number)/image", size: 9 << 20)
                }
                var options = HostOptions(stateDirectories: [
                    "/usr/games/agent", "/usr/local/lib/agent", "/srv/agent", "/srv/7/a/b/c",
                ])
                options.copiedRoot = true
                let host = try Host(options)
                let script = "touch /usr/games/agent/x /usr/local/lib/agent/x && ls /usr/games /usr/games/agent"
                #expect(try host.shell(script).hasSuffix("/usr/games/agent:\nx\n"))
                let large = "touch /srv/agent/x /srv/7/a/b/c/x; ls /srv | wc -l; ls /srv/7"
                #expect(try host.shell(large) == "301\na\nimage\n")
                #expect(try host.shell("ls /usr/bin | wc -l") == "\(try listDirectory("/usr/bin").count)\n")
                try host.destroy()
            } catch { Issue.record(error) }
        }
    }

    @Test func isMadeWhileFilesComeAndGo() async {
        await #expect(processExitsWith: .success) {
            try seclude("/srv")
            let script = "cd /srv; while :; do mkdir -p d/e; : > f; : > d/e/f; ln -s f l; rm -r f d l; done"
            var arguments: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", script].map { (word: String) in strdup(word) }
            arguments.append(nil)
            var churn = pid_t()
            #expect(posix_spawnp(&churn, "sh", nil, nil, &arguments, environ) == 0)
            defer { kill(churn, SIGKILL) }
            var options = HostOptions(stateDirectories: [])
            options.copiedRoot = true
            do {
                for _ in 0..<5 { try Host(options).destroy() }
            } catch { Issue.record(error) }
        }
    }
}

/// Puts this process's root into an overlay over an overlay over the machine's root, or over that alone where the machine's root
/// is an overlay itself.
private func enterTwoOverlays() throws {
    try seclude("/mnt")
    var lower = "/"
    for name in ["a", "b"] {
        for directory in ["", "/u", "/w", "/m"] { mkdir("/mnt/\(name)\(directory)", 0o755) }
        do {
            try mount(
                "overlay", "/mnt/\(name)/m", "overlay", 0,
                "lowerdir=\(lower),upperdir=/mnt/\(name)/u,workdir=/mnt/\(name)/w")
        } catch let error as SystemError where error.errno == .invalidArgument && lower != "/" {
            break
        }
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
}

/// A mount namespace of its own for this process, with an empty directory.
private func seclude(_ directory: String) throws {
    try systemCall("unshare", stage: "CLONE_NEWNS") { cl_unshare(CLONE_NEWNS) }
    try mount("none", "/", nil, MS_REC | MS_PRIVATE)
    try mount("tmpfs", directory, "tmpfs", 0)
}

private func makeSparse(_ path: String, size: Int) throws {
    let file = try FileDescriptor.open(FilePath(path), .writeOnly, options: .create, permissions: .ownerReadWrite)
    defer { _ = try? file.close() }  // Nothing was written that could be lost.
    try file.resize(to: Int64(size))
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
    #expect(try host.shell("echo y > /usr/local/bin/made; cat /usr/local/bin/made") == "y\n")
    #expect(access("/usr/local/bin/made", F_OK) != 0)
    for attempt in ["touch /usr/bin/x", "mount -o remount,rw,bind /usr/bin && touch /usr/bin/x"] {
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
