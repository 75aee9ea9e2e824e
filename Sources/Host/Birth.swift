import CHost
import CLinux
import Kernel
import SystemPackage

/// A pidfd with several holders.
final class ProcessHolder {
    let descriptor: ProcessDescriptor
    init(_ descriptor: consuming ProcessDescriptor) { self.descriptor = descriptor }
    var raw: Int32 { descriptor.descriptor.raw }
    func kill() throws(SystemError) { try descriptor.send(signal: 9) }
}

/// What pid 1 tells when its root stands.
struct Standing: ~Copyable {
    let upper: Descriptor
    let root: HostRoot
}

/// Pid 1 between its clone and the first packet, which tells that its root stands.
struct Birth {
    let pid: Int32
    let process: ProcessHolder
    let channel: Channel

    init(_ options: HostOptions, empty: [String], group: Int32) throws {
        var started = ch_started()
        var call = [CChar](repeating: 0, count: Int(CH_CALL_SIZE))
        let result: Int32 = stringList(empty).withUnsafeBufferPointer { directories in
            stringList(options.visibleMounts).withUnsafeBufferPointer { mounts in
                options.hostname.withCString { hostname in
                    guard let directories = directories.baseAddress, let mounts = mounts.baseAddress else {
                        return 0 - Errno.invalidArgument.rawValue
                    }
                    var plain = ch_options(
                        flags: options.flags, directories: directories, binds: mounts, hostname: hostname,
                        dropped: options.heldCapabilities.reduce(0) { $0 | 1 << UInt64($1.number) }, group: group,
                        space: options.bounds.space, files: options.bounds.files)
                    return ch_start(&plain, &started, &call)
                }
            }
        }
        if result < 0 {
            let name = String(decoding: call.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let error = SystemError(call: name, stage: "pid 1 of a host", errno: Errno(rawValue: 0 - result))
            throw HostError.refused(error, text: "", offset: 0)
        }
        pid = started.pid
        process = ProcessHolder(ProcessDescriptor(owning: Descriptor(owning: started.pidfd)))
        channel = Channel(Descriptor(owning: started.socket))
    }

    /// Waits for the first packet: the upper directory, or what the kernel refused; then pid 1 is killed and reaped.
    func awaitReady(_ patience: Duration) throws -> Standing {
        do {
            return try firstPacket(patience)
        } catch {
            // It has ended by itself, perhaps; the first error says more.
            try? process.kill()
            // The same: somebody may have reaped it.
            _ = try? waitBlocking(for: pid)
            throw error
        }
    }

    private func firstPacket(_ patience: Duration) throws -> Standing {
        let end = Monotonic.now() + patience
        while true {
            if let (answer, numbers) = try channel.next() {
                if let error = HostError(answer) {
                    numbers.forEach { _ = cl_close($0) }
                    throw error
                }
                guard let number = numbers.first else { throw HostError.died(stage: "upper directory") }
                let isCopied = answer.status == Int32(CH_ROOT_COPIED.rawValue)
                return Standing(upper: Descriptor(owning: number), root: isCopied ? .copied : .overlay)
            }
            let left = end - Monotonic.now()
            guard left > .zero else { throw HostError.timedOut(stage: "root of the host") }
            _ = try poll([PollItem(channel.raw, .readable)], timeout: left)
        }
    }
}

extension HostOptions {
    fileprivate var flags: UInt32 {
        (readOnlySysfs ? CH_READONLY_SYSFS.rawValue : 0)
            | (duplicateAddressDetection ? CH_DUPLICATE_DETECTION.rawValue : 0)
            | (copiedRoot ? CH_COPIED_ROOT.rawValue : 0)
            | (identity == .cookies ? CH_IDENTITY_COOKIES.rawValue : 0)
    }
}

/// Strings each ended by NUL, the whole by another.
private func stringList(_ strings: [String]) -> [CChar] {
    strings.flatMap { $0.utf8.map { CChar(bitPattern: $0) } + [0] } + [0]
}
