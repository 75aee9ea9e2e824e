import Glibc
import Kernel
import Model
import Worker

/// The questions that `doctor` asks.
enum Doctor {
    /// The kernel's release, and what it was built with.
    static func kernel() -> [DoctorFinding] {
        let release = Version.kernel
        let filesystems = lines("/proc/filesystems").compactMap { $0.split(separator: "\t").last.map(String.init) }
        let actions = lines("/proc/sys/kernel/seccomp/actions_avail").flatMap {
            $0.split(separator: " ").map(String.init)
        }
        // Absent without Yama; 3 forbids tracing even one's own children.
        let yama = lines("/proc/sys/kernel/yama/ptrace_scope").first
        return [
            DoctorFinding(
                name: "kernel", isThere: Machine.problem(ofKernel: release) == nil, detail: release,
                cost: "SO_NETNS_COOKIE (5.14) is what tells namespaces apart", isNeeded: true),
            DoctorFinding(
                name: "overlay", isThere: filesystems.contains("overlay"), detail: "/proc/filesystems",
                cost: "hosts have no root of their own; try modprobe overlay", isNeeded: true),
            DoctorFinding(
                name: "seccomp trace", isThere: actions.contains("trace"), detail: actions.joined(separator: " "),
                cost: "agents cannot be stopped at an operation", isNeeded: true),
            DoctorFinding(
                name: "ptrace", isThere: yama != "3", detail: "yama ptrace_scope \(yama ?? "not there")",
                cost: "agents cannot be traced", isNeeded: true),
        ]
    }

    /// What this process may do.
    static func capabilities() throws -> [DoctorFinding] {
        let own = try Capabilities.current()
        return Machine.capabilities.map { capability, purpose in
            DoctorFinding(
                name: "\(capability)", isThere: own.effective.contains(capability), detail: purpose,
                cost: "every plan is skipped; --cap-add \(capability.description.dropFirst(4))", isNeeded: true)
        }
    }

    /// How many files a process may have open.
    static func openFiles() throws -> DoctorFinding {
        let limit = try Surroundings.openFileLimit()
        return DoctorFinding(
            name: "open files", isThere: limit >= Surroundings.openFiles.needed, detail: "\(limit) (ulimit -n)",
            cost: "every plan is skipped; \(Surroundings.openFiles.needed) are needed: ulimit -n, --ulimit nofile=1024",
            isNeeded: true)
    }

    /// What newer kernels have, and how many CPUs there are.
    static func interfaces() -> [DoctorFinding] {
        var findings = [
            tried("pidfd_getfd", needed: true, cost: "sockets of agents cannot be looked at") {
                _ = try ProcessDescriptor(getpid()).take(STDIN_FILENO)
                return "5.6"
            },
            tried("PIDFD_THREAD", needed: false, cost: "threads are watched through /proc, which is slower") {
                _ = try ProcessDescriptor(getpid(), thread: true)
                return "6.9"
            },
            tried("nsfs handles, NS_GET_ID", needed: false, cost: "namespaces are told apart by SO_NETNS_COOKIE") {
                "this namespace is \(try NamespaceHandle.ofThread(identity: .handles))"
            },
            tried("SO_NETNS_COOKIE", needed: true, cost: "sockets cannot be joined to namespaces") {
                "this namespace is \(try NamespaceHandle.ofThread(identity: .cookies).id)"
            },
        ]
        findings.append(
            tried("CPUs", needed: true, cost: "workers cannot be placed") {
                let cpus = try Placement.cpus()
                return
                    "\(cpus.count), agents of one plan at a time on each: \(cpus.map(String.init).joined(separator: " "))"
            })
        return findings
    }

    /// The agents of the scenarios that come with Tocsin.
    static func programs(_ machine: Machine) -> [DoctorFinding] {
        [
            ("ip", "iproute2"), ("iptables", "iptables"), ("nft", "nftables"),
            ("/usr/lib/cni/bridge", "containernetworking-plugins"),
        ].map { program, package in
            let path = machine.find(program)
            return DoctorFinding(
                name: program, isThere: path != nil, detail: path ?? "not found",
                cost: "scenarios that name it are skipped; apt-get install \(package)", isNeeded: false)
        } + [
            DoctorFinding(
                name: "py-spy", isThere: machine.pySpy != nil, detail: machine.pySpy ?? "not found",
                cost: "no report says at which line a Python agent stood; pip install py-spy, in PATH or TOCSIN_PY_SPY",
                isNeeded: false)
        ]
    }

    /// A host of each kind of device, made and thrown away.
    static func hosts() throws -> [DoctorFinding] {
        let kinds: [(name: String, link: LinkSpecification?, cost: String)] = [
            ("host", nil, "no plan can run"),
            (
                "veth", LinkSpecification(end: .init(name: "veth0"), peer: .init(name: "veth1")),
                "plans whose host has a veth are an error"
            ),
            (
                "bridge", LinkSpecification(type: "bridge", end: .init(name: "br0")),
                "plans whose host, or agent, makes a bridge are an error"
            ),
        ]
        return try kinds.map { kind in
            var plan = Plan(scenario: "doctor", title: "a host with \(kind.name)")
            plan.host.links = kind.link.map { [$0] } ?? []
            let began = Monotonic.now()
            let (failure, notes) = try Trial.outcome(of: plan)
            let time = (Monotonic.now() - began).nanoseconds / 1_000_000
            return DoctorFinding(
                name: kind.name, isThere: failure == nil,
                detail: failure ?? (["made and gone, with its worker, in \(time) ms"] + notes).joined(separator: "; "),
                cost: kind.cost, isNeeded: kind.link == nil)
        }
    }

    /// The types of device that scenarios can have made.
    static func linkTypes() throws -> [DoctorFinding] {
        // Modules of tunnels, and of bonds, put a device into the machine's own namespace when they are loaded: not for a question.
        let types = LinkSpecification.types.filter {
            $0 != "bond" && LinkKinds.lowerDevices[$0] == nil || $0 == "vxlan"
        }
        let missing = Set(try LinkTypes.missing(among: types))
        return types.map { type in
            DoctorFinding(
                name: "devices of type \(type)", isThere: !missing.contains(type),
                detail: missing.contains(type) ? "the kernel knows no such type" : "the kernel makes them",
                cost: "plans that have one made are skipped; try modprobe \(type)", isNeeded: false)
        }
    }

    private static func tried(
        _ name: String, needed: Bool, cost: String, _ body: () throws -> String
    ) -> DoctorFinding {
        do {
            return DoctorFinding(name: name, isThere: true, detail: try body(), cost: cost, isNeeded: needed)
        } catch {
            return DoctorFinding(name: name, isThere: false, detail: "\(error)", cost: cost, isNeeded: needed)
        }
    }

    /// The lines of a file of /proc; none when this kernel has no such file.
    private static func lines(_ path: String) -> [String] {
        do {
            return try readFile(path).split(separator: "\n").map(String.init)
        } catch {
            return []
        }
    }
}
