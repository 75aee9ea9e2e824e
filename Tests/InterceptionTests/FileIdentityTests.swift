import CLinux
import Glibc
import Testing

/// Which file a path names, as far as the kernel knows it by heart.
struct FileIdentityTests {
    /// A walk that takes no locks is lost to every mount of the machine.
    @Test(.enabled(if: geteuid() == 0, "needs root: it mounts in a namespace of its own"))
    func isFoundWhileOthersMount() async {
        await #expect(processExitsWith: .success) {
            let loop = "mount -t tmpfs t /mnt; mkdir /mnt/m; while :; do mount -t tmpfs t /mnt/m; umount /mnt/m; done"
            let words = ["unshare", "-fm", "--kill-child", "sh", "-c", loop]
            var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            defer { for argument in arguments { free(argument) } }
            var children: [pid_t] = []
            for _ in 0..<2 {
                var child: pid_t = 0
                guard posix_spawnp(&child, "unshare", nil, nil, &arguments, environ) == 0 else { fatalError("unshare") }
                children.append(child)
            }
            defer {
                for child in children {
                    kill(child, SIGKILL)
                    waitpid(child, nil, 0)
                }
            }
            var lost = 0
            var file = cl_file_id()
            for _ in 0..<50_000 where cl_file_cached(getpid(), "/usr/bin", &file) != 0 { lost += 1 }
            #expect(lost == 0)
        }
    }
}
