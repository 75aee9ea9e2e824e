import CLinux
import Glibc
import Host
import Interception
import Kernel
import Model

extension HostSpecification {
    /// The capabilities that nothing in the host has.
    var heldBack: Set<Capability> { HostOptions.heldByDefault.filter { !capabilities.contains($0.description) } }
}

extension RunHost {
    /// Holds what an agent has just mounted and is the machine's, as `ip netns exec` does: what is written there is too.
    ///
    /// All mounts that the thread sees are looked at, not only the one that its call names: a link may lead to it, a copy may
    /// bring others along, and what is taken off may have covered one.
    /// - Parameter held: Called later, when they are held; the agent stands still until then.
    /// - Returns: Whether there is anything to wait for.
    func hold(mountsOf stop: Stop, held: @escaping () -> Void) -> Bool {
        guard holdsKernelFiles else { return false }
        switch stop.mounting {
        case .none, .refused, .devices: return false
        case .detached(let number):
            if let mount = stop.descriptor(number) {
                let result = cl_hold_detached(mount.raw)
                if result == 1 { detachedMounts.insert(Int(cl_mount_id(mount.raw))) }
            }
            // mount_setattr(2) by a descriptor is perhaps for a mount that has its place.
            if number == nil { return false }
        case .attached, .taken: break
        }
        var asked = unheld(by: stop.thread)
        if asked.contains(where: { $0.mount.isShared }) {
            // It has appeared in the namespaces too that share its place.
            var seen = [readLink("/proc/\(stop.thread)/ns/mnt")]
            for process in interceptor.processes {
                let namespace = readLink("/proc/\(process.id)/ns/mnt")
                guard !seen.contains(namespace) else { continue }
                seen.append(namespace)
                asked += unheld(by: process.id)
            }
        }
        return ask(asked, then: held)
    }

    /// Prepares a call that is about to be made: an unmount of what is held, which natively has nothing mounted below it; or
    /// a mount of the machine's devices, in the place of which the host's own are shown.
    ///
    /// - Parameters:
    ///   - disturbed: Told what the agent could notice.
    ///   - prepared: Called later, when that is done; the agent stands still until then.
    /// - Returns: Whether there is anything to wait for.
    func prepare(
        mountsOf stop: Stop, disturbed: (String) -> Void, prepared: @escaping () -> Void
    ) -> Bool {
        switch stop.mounting {
        case .taken(let path):
            // A thread that has died meanwhile takes nothing off.
            guard let table = try? mountTables.all(of: stop.thread),
                let mount = table.last(where: { $0.point == path }), table.isHeldAlone(mount)
            else { return false }
            return ask([Asked(mount, .uncovered, stop.thread)], then: prepared)
        case .devices(let path):
            let place = cl_open_as(stop.thread, path)
            guard place >= 0 else {
                stop.answer(Int64(place))
                return false
            }
            let root = Descriptor(owning: place)
            do {
                let namespace = try Descriptor.open("/proc/\(stop.thread)/ns/mnt")
                try host.request(
                    .holdMount(.devices, readOnly: false, namespace: namespace.raw, root: root.raw)
                ) { result in
                    if case .failure(let error) = result {
                        stop.answer(-Int64((error as? HostError)?.refusal?.errno.rawValue ?? EPERM))
                    }
                    prepared()
                }
                stop.answer(0)
                let said = "\(stop.process.program) was given the host's devices for a mount of devtmpfs"
                disturbed(said)
                return true
            } catch {
                loop.fail(with: .mountNotHeld("the devices that an agent asked for: \(error)"))
                return false
            }
        case .none, .attached, .detached, .refused: return false
        }
    }

    /// A mount, what is to be done with it, and in whose mount namespace.
    private struct Asked {
        let mount: MountEntry
        let hold: MountHold
        let thread: Int32

        init(_ mount: MountEntry, _ hold: MountHold, _ thread: Int32) {
            self.mount = mount
            self.hold = hold
            self.thread = thread
        }

        /// Whether it is to be held yet: its thread may have been killed meanwhile, or somebody has taken it off.
        var isThere: Bool {
            // A thread that has died has no table.
            (try? MountEntry.all(of: thread))?.contains { $0.id == mount.id } ?? false
        }
    }

    private func unheld(by thread: Int32) -> [Asked] {
        // A thread that has died meanwhile has no table, and no mount either.
        guard let table = try? mountTables.all(of: thread) else { return [] }
        return table.compactMap { mount in
            table.hold(of: mount, ownGroup: host.hasGroup, detached: detachedMounts).map { Asked(mount, $0, thread) }
        }
    }

    private func ask(_ all: [Asked], then done: @escaping () -> Void) -> Bool {
        var open = 0
        for one in all {
            detachedMounts.remove(one.mount.id)
            do {
                let root = try Descriptor.open("/proc/\(one.thread)/root\(one.mount.point)", flags: CL_O_PATH)
                // Another mount lies on it: it is looked at again when that is taken off.
                guard cl_mount_id(root.raw) == Int64(one.mount.id) else { continue }
                let namespace = try Descriptor.open("/proc/\(one.thread)/ns/mnt")
                try host.request(
                    .holdMount(
                        one.hold, readOnly: !sysfsWritable, namespace: namespace.raw, root: root.raw)
                ) { [unowned self] result in
                    if case .failure(let error) = result, one.isThere { loop.fail(with: .mountNotHeld("\(error)")) }
                    open -= 1
                    if open == 0 { done() }
                }
                open += 1
            } catch {
                guard one.isThere else { continue }
                loop.fail(
                    with: .mountNotHeld(
                        "\(one.mount.point), which an agent mounted, could not be held: \(error)"))
            }
        }
        return open > 0
    }
}
