import Glibc
import Kernel

/// A cgroup2 directory for one host, below the worker's own: what the host makes in it ends with it.
final class ControlGroup {
    private static let prefix = "tocsin-"
    /// The worker's own directory; nil where the machine shows no cgroup2, or none that the worker is in.
    static let parent: String? = find()

    private let path: String
    private let directory: Descriptor
    private var isGone = false

    /// Makes one; nil where there is none to be had: a container without delegation, or a machine of cgroup v1 alone.
    static func make() -> ControlGroup? {
        guard let parent else { return nil }
        let path = "\(parent)/\(prefix)\(getpid())-\(Monotonic.now().nanoseconds)"
        guard mkdir(path, 0o755) == 0 else { return nil }
        // A host without a group of its own is one: the record notes it.
        guard let directory = try? Descriptor.open(path, flags: O_DIRECTORY) else {
            rmdir(path)
            return nil
        }
        return ControlGroup(path, directory)
    }

    private init(_ path: String, _ directory: consuming Descriptor) {
        self.path = path
        self.directory = directory
    }

    deinit { remove() }

    var raw: Int32 { directory.raw }

    /// Removes it with everything below; its processes have ended.
    func remove() {
        guard !isGone else { return }
        isGone = true
        // What stays here in spite of that is swept away by the next worker.
        guard !ControlGroup.removeTree(path), let events = try? Descriptor.open("\(path)/cgroup.events") else { return }
        // The kernel counts a process until its last reference is gone, a moment after it was reaped; then the group is not
        // populated, which wakes whoever has read the file before and polls it (cgroups(7)).
        let end = Monotonic.now() + Duration.seconds(1).patient
        // It cannot be read once the group is gone.
        while let word = try? events.read(upTo: 4096), !ControlGroup.removeTree(path) {
            let left = end - Monotonic.now()
            guard !word.isEmpty, left > .zero else { return }
            // Not every reason why it stays is told of there.
            _ = try? poll([PollItem(events.raw, .error)], timeout: min(left, .milliseconds(20)))
            _ = lseek(events.raw, 0, SEEK_SET)
        }
    }

    private static func removeTree(_ path: String) -> Bool {
        if rmdir(path) == 0 || errno == ENOENT { return true }
        // Controllers' files are files; groups are directories. What cannot be listed cannot be removed, as rmdir says below.
        for name in (try? listDirectory(path)) ?? [] {
            var status = stat()
            let inner = "\(path)/\(name)"
            guard lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
            _ = removeTree(inner)
        }
        return rmdir(path) == 0
    }

    /// Looks for the worker's directory, and removes what workers that were killed have left there.
    private static func find() -> String? {
        let own = Hierarchy.all().filter { $0.controllers == nil }.map(\.folder)
        guard let path = own.first(where: { access("\($0)/cgroup.procs", W_OK) == 0 }) else { return nil }
        sweep(path)
        return path
    }

    /// What a group of a worker is called, whose hosts' begin the same; workers of two pid namespaces may have one number.
    static func name(of worker: Int32) -> String { "\(prefix)\(worker)-\(Monotonic.now().nanoseconds)-worker" }

    /// Removes the groups of workers that have ended; those of their hosts are empty a moment later.
    ///
    /// - Parameter time: How long at most it waits for that.
    static func remove(of workers: [Int32], within time: Duration) {
        guard !workers.isEmpty else { return }
        let folders = Set(Hierarchy.all().flatMap(\.parents))
        let end = Monotonic.now() + time
        while true {
            let left = folders.filter { folder in
                // What cannot be listed cannot be removed.
                ((try? listDirectory(folder)) ?? []).contains { name in
                    workers.contains { name.hasPrefix("\(prefix)\($0)-") } && !removeTree("\(folder)/\(name)")
                }
            }
            guard !left.isEmpty, Monotonic.now() < end else { return }
            // Nobody tells when a group of cgroup v1 is empty, and when it can be removed no group does.
            usleep(5000)
        }
    }

    static func sweep(_ parent: String) {
        // What others have left there may be removed by the next worker.
        for name in (try? listDirectory(parent)) ?? [] where name.hasPrefix(prefix) {
            let process = name.dropFirst(prefix.count).prefix { $0 != "-" }
            // One that has processes yet, of another pid namespace perhaps, cannot be removed, and stays.
            if let process = Int32(process), kill(process, 0) != 0, errno == ESRCH {
                _ = removeTree("\(parent)/\(name)")
            }
        }
    }
}
