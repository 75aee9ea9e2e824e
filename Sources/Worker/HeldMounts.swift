import Host
import Kernel

extension [MountEntry] {
    /// What is to be done with a mount of this table so that nothing of the machine's can be written through it; nil for nothing.
    ///
    /// - Parameters:
    ///   - ownGroup: Whether the host has a cgroup of its own.
    ///   - detached: The mounts that were made read-only as a whole while they had no place.
    func hold(of mount: MountEntry, ownGroup: Bool, detached: Set<Int>) -> MountHold? {
        switch mount.type {
        case "proc" where mount.root == "/":
            if detached.contains(mount.id) { return .proc }
            if mount.isReadOnly { return nil }
            let covers = filter { $0.parent == mount.id }
            let isHeld = MachineFiles.heldOfProc.allSatisfy { part in covers.contains { $0.covers(mount, part) } }
            return isHeld ? nil : .proc
        case "sysfs" where mount.root == "/":
            return mount.isReadOnly && !detached.contains(mount.id) ? nil : .sysfs
        case _ where mount.isReadOnly: return nil
        case "proc": return MachineFiles.ownsProc(mount.root) ? .readOnly : nil
        case "sysfs": return MachineFiles.ownsSysfs(mount.root) ? .readOnly : nil
        case "cgroup2": return ownGroup ? nil : .readOnly
        case let type: return FileSystemType.isMachines(type) ? .readOnly : nil
        }
    }

    /// Whether a proc or sysfs has nothing mounted below it but what holds it.
    func isHeldAlone(_ mount: MountEntry) -> Bool {
        guard mount.type == "proc" || mount.type == "sysfs", mount.root == "/" else { return false }
        let below = filter { $0.parent == mount.id }
        return !below.isEmpty && below.allSatisfy { $0.covers(mount, $0.root) }
    }
}

extension MountEntry {
    /// Whether it shows a part of another mount's file system in its own place there.
    fileprivate func covers(_ other: MountEntry, _ part: String) -> Bool {
        parent == other.id && type == other.type && root == part
            && point == (other.point == "/" ? "" : other.point) + part
    }
}
