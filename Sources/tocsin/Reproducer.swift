import Model

/// A plan as a shell script that needs no Tocsin: strace(1) stops, fails or kills the agent at the call, and the shell is the world.
///
/// The script makes a root of its own by an overlay, in namespaces of its own, tells the story once without the fault and once with it,
/// and prints how what is left differs.
struct Reproducer {
    /// Why a plan has no such script.
    struct Impossible: Error, Hashable, CustomStringConvertible {
        /// One sentence.
        var description: String
    }

    /// Which call it is, as strace counts it.
    struct Call: Hashable {
        /// The name of the system call.
        var name: String
        /// The path by which it is found; nil where strace sees all calls of the name.
        var path: String?
        /// Which of the calls of its thread.
        var number: Int
    }

    let plan: Plan
    private let fault: Fault
    private let action: Action
    /// The operation at the point, as a run without faults has it.
    let operation: Operation
    /// Which one of those that look the same to strace it is, from 1.
    let rank: Int
    /// The step in which it is.
    private let step: Step

    /// Makes one of a plan with one fault.
    ///
    /// - Parameter record: A run of the plan without its faults.
    /// - Throws: `Impossible` with the reason.
    init(_ plan: Plan, _ record: Record) throws(Impossible) {
        func impossible(_ reason: String) -> Impossible { Impossible(description: reason) }
        self.plan = plan
        guard plan.faults.count == 1, let fault = plan.faults.first, fault.actions.count == 1,
            let action = fault.actions.first
        else { throw impossible("it has not one fault with one action") }
        guard fault.until == nil else { throw impossible("its fault is taken back, which takes more than one stop") }
        self.fault = fault
        self.action = action
        guard fault.point.operation.word != "step" else {
            throw impossible("the fault is at the edge of a step: run the commands by hand")
        }
        if let step = plan.allSteps.first(where: { $0.command == nil }) {
            throw impossible("step \(step.id) is no command: the script tells commands alone")
        }
        if let step = plan.allSteps.first(where: { $0.command?.request != nil }) {
            throw impossible("step \(step.id) asks a driver, which speaks with Tocsin alone")
        }
        var cursor = PointCursor(fault.point)
        var found: Operation?
        for operation in record.operations where found == nil {
            let step = plan.allSteps.first { $0.id == operation.step }
            if cursor.meets(fault.point.side, operation, in: step, holds: { _ in false }) { found = operation }
        }
        guard let operation = found, let step = plan.allSteps.first(where: { $0.id == operation.step }) else {
            throw impossible("no run without faults comes to \(fault.point)")
        }
        self.operation = operation
        self.step = step
        let look = Reproducer.look(operation)
        rank =
            record.operations.filter {
                $0.index <= operation.index && $0.step == operation.step && $0.call == operation.call
                    && Reproducer.look($0) == look
            }.count
        let processes = Set(record.operations.filter { $0.step == operation.step }.map(\.lineage))
        switch action {
        case .fail where operation.row?.isNetlink == true:
            throw impossible("strace can make a system call fail, and not the kernel's answer to a netlink request")
        case .fail, .netnsDelete, .netnsUnmount, .netnsReplace: break
        case .kill(let victims, _, let agent):
            guard agent == nil, victims == .process || processes.count == 1 else {
                throw impossible("it kills several processes, which strace cannot do at one call")
            }
        case .change(let change):
            if Reproducer.command(change) == nil {
                throw impossible("the shell has no one command for \(action.lineText)")
            }
        default: throw impossible("the shell cannot do \(action.lineText)")
        }
        if let word = action.names.first(where: { !Pattern($0).isLiteral }) {
            throw impossible("`\(word)` is another name in each run")
        }
    }

    /// What is seen of an operation in a line of strace: a path, or the type of a netlink message.
    static func look(_ operation: Operation) -> String {
        let phrase = operation.phrase
        if phrase.noun == "netns", !["create", "list"].contains(phrase.verb) { return "/run/netns/\(phrase.argument)" }
        if phrase.argument.hasPrefix("/") { return phrase.argument }
        let kinds = [
            "link": "LINK", "address": "ADDR", "route": "ROUTE", "rule": "RULE", "neighbour": "NEIGH", "qdisc": "QDISC",
        ]
        guard let kind = kinds[phrase.noun] else { return "" }
        let verb = ["get": "GET", "list": "GET", "delete": "DEL"][phrase.verb] ?? "NEW"
        return "RTM_\(verb)\(kind)"
    }

    /// The path by which strace finds the call; nil where it has none.
    var path: String? {
        let look = Reproducer.look(operation)
        return look.hasPrefix("/") ? look : nil
    }

    /// The call among what strace printed of a run without the fault.
    ///
    /// - Parameter lines: Of `strace -f -y`: the pid, then the call.
    /// - Throws: `Impossible` where it is not there, or where another thread makes as many.
    func call(in lines: [String]) throws(Impossible) -> Call {
        let look = Reproducer.look(operation)
        var counts: [Substring: Int] = [:]
        var found: (pid: Substring, number: Int)?
        var rank = rank
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[1].drop(while: { $0 == " " }).hasPrefix("\(operation.call)(") else {
                continue
            }
            counts[words[0], default: 0] += 1
            guard found == nil, look.isEmpty || words[1].contains(look) else { continue }
            rank -= 1
            if rank == 0 { found = (words[0], counts[words[0]] ?? 1) }
        }
        guard let found else {
            throw Impossible(
                description:
                    "strace saw no \(operation.call) with \(look.isEmpty ? "anything" : look) as the \(self.rank). in step \(step.id)"
            )
        }
        if let other = counts.first(where: { $0.key != found.pid && $0.value >= found.number }) {
            throw Impossible(
                description:
                    "several threads make \(found.number) such calls (\(operation.call), threads \(found.pid) and \(other.key)): which one it is, is not the same in each run"
            )
        }
        return Call(name: operation.call, path: path, number: found.number)
    }

    /// The script.
    ///
    /// - Parameter call: The call at which the fault comes; nil for one that only shows the calls of the step.
    func script(_ call: Call?) -> String {
        let how = "\(fault.point.side.rawValue) \(operation.phrase.lineText): \(action.lineText)"
        let own = (["run", "tmp"] + states.map { String($0.dropFirst()) }).map(Reproducer.quoted)
        return """
            #!/bin/sh
            # \(plan.title.split(separator: "\n").joined(separator: " "))
            # In step \(step.id), \(how)
            # Needs root, ip(8), strace(1), unshare(1), and the agent. The machine is not touched: everything happens in namespaces
            # and on a root of its own (an overlay). Exit status 1: what is left differs from a run without the fault; 0: it does not.
            if [ -z "$MODE" ]; then
                work=$(mktemp -d) || exit 2
                trap 'umount -l "$work" 2>/dev/null; rm -rf "$work"' EXIT
                mount -t tmpfs none "$work" && cp "$0" "$work/script" || exit 2
                for MODE in \(call == nil ? "calls" : "without with"); do
                    export MODE work
                    mkdir -p "$work/$MODE/root" "$work/$MODE/upper" "$work/$MODE/work"
                    echo "== $MODE the fault"
                    unshare --mount --net --ipc --uts --pid --fork --kill-child sh "$work/script" || exit 2
                done
                if [ "$MODE" = calls ]; then cat "$work/calls/log"; exit; fi
                echo "== what is left, without the fault (<) and with it (>)"
                if diff "$work/without/out" "$work/with/out"; then echo "nothing differs"; exit 0; fi
                exit 1
            fi
            if [ -z "$INSIDE" ]; then
                own=$work/$MODE
                mount -t overlay overlay -o "lowerdir=/,upperdir=$own/upper,workdir=$own/work" "$own/root" &&
                    mount --rbind /dev "$own/root/dev" && mount -t proc proc "$own/root/proc" &&
                    mount -t sysfs sysfs "$own/root/sys" || exit 2
                for path in \(own.joined(separator: " ")); do
                    mkdir -p "$own/root/$path" && mount -t tmpfs none "$own/root/$path" || exit 2
                done
                cp "$work/script" "$own/root/run/script"
                INSIDE=yes chroot "$own/root" sh /run/script || exit 2
                cp "$own/root/run/out" "$own/out"
                [ "$MODE" != calls ] || cp "$own/root/run/log" "$own/log"
                exit 0
            fi
            cd /
            # What is there, without what is another in each run.
            state() {
                echo "-- after $1"
                for name in . $(ls /run/netns 2>/dev/null); do
                    in=; [ "$name" = . ] || in="ip netns exec $name"
                    $in true 2>/dev/null || { echo "$name leads to no namespace"; continue; }
                    for what in link address route rule "-6 route" neighbour; do
                        $in ip -o $what 2>/dev/null | sed -E "s/^[0-9]+: //; s/@[^: ]*//; s/link.ether [0-9a-f:]+ brd [0-9a-f:]+//
                            s/link-netns(id)? [^ ]+//; s/veth[0-9a-f]{8}/veth*/g; s/(valid|preferred)_lft [^ ]+//g
                            s/qdisc [^ ]+//; s/fe80::[0-9a-f:]+/fe80::*/g; s/(REACHABLE|STALE|DELAY|PROBE)//; s/^/$name $what: /" | sort
                    done
                    $in iptables-save 2>/dev/null | sed -E '/^#/d; s/\\[[0-9:]+\\]//'
                    $in nft list ruleset 2>/dev/null
                done
                for path in \(states.map(Reproducer.quoted).joined(separator: " ")); do find "$path" -type f -exec cksum {} + | sort -k 3; done
            }
            ip link set lo up
            echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
            \((topology + plan.steps.flatMap { lines($0, call) }).joined(separator: "\n"))
            exit 0

            """
    }

    /// What makes the host as the agents find it.
    private var topology: [String] {
        func words(_ all: [String]) -> String { all.map(Reproducer.quoted).joined(separator: " ") }
        func place(_ namespace: String) -> [String] { namespace == "host" ? ["ip"] : ["ip", "-n", namespace] }
        func ended(_ end: LinkSpecification.End) -> [String] {
            var lines = end.addresses.map { words(place(end.namespace) + ["address", "add", $0, "dev", end.name]) }
            if let mtu = end.mtu {
                lines.append(words(place(end.namespace) + ["link", "set", end.name, "mtu", "\(mtu)"]))
            }
            if let mac = end.mac {
                lines.append(words(place(end.namespace) + ["link", "set", end.name, "address", mac]))
            }
            if let master = end.master {
                lines.append(words(place(end.namespace) + ["link", "set", end.name, "master", master]))
            }
            if end.up { lines.append(words(place(end.namespace) + ["link", "set", end.name, "up"])) }
            return lines
        }
        var lines = plan.host.namespaces.flatMap {
            [words(["ip", "netns", "add", $0]), words(["ip", "-n", $0, "link", "set", "lo", "up"])]
        }
        for (path, content) in plan.host.files.sorted(by: { $0.key < $1.key }) {
            if content.folder == true {
                lines.append("mkdir -p \(Reproducer.quoted(path))")
            } else {
                lines.append(
                    "mkdir -p \(Reproducer.quoted(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/"))"
                )
                lines.append(
                    "printf %s \(Reproducer.quoted(String(decoding: content.bytes, as: UTF8.self))) >\(Reproducer.quoted(path))"
                )
            }
            lines.append("chmod \(String(content.mode, radix: 8)) \(Reproducer.quoted(path))")
        }
        for one in plan.host.sysctls {
            let path = "/proc/sys/\(one.sysctl.replacing(".", with: "/"))"
            let write = "echo \(Reproducer.quoted(one.value)) >\(Reproducer.quoted(path))"
            lines.append(
                one.namespace == "host" ? write : "ip netns exec \(one.namespace) sh -c \(Reproducer.quoted(write))")
        }
        for link in plan.host.links {
            var make = place(link.end.namespace) + ["link", "add", link.end.name]
            if let below = link.link { make += ["link", below] }
            make += ["type", link.type]
            if let id = link.id { make += ["id", "\(id)"] }
            if let table = link.table { make += ["table", table] }
            if let peer = link.peer {
                make +=
                    ["peer", "name", peer.name]
                    + (peer.namespace == "host" && link.end.namespace == "host"
                        ? [] : ["netns", peer.namespace == "host" ? "1" : peer.namespace])
            }
            lines.append(words(make))
            lines += ended(link.end) + (link.peer.map(ended) ?? [])
        }
        for route in plan.host.routes {
            var add = place(route.namespace) + ["route", "add", route.to]
            for (key, value) in [
                ("via", route.via), ("dev", route.dev), ("table", route.table), ("src", route.src),
                ("proto", route.proto),
            ] {
                if let value { add += [key, value] }
            }
            if let metric = route.metric { add += ["metric", "\(metric)"] }
            lines.append(words(add))
        }
        for rule in plan.host.rules {
            var add = place(rule.namespace) + ["rule", "add", "from", rule.from]
            for (key, value) in [
                ("to", rule.to), ("iif", rule.iif), ("fwmark", rule.fwmark), ("table", rule.table),
                ("priority", rule.priority.map(String.init)),
            ] {
                if let value { add += [key, value] }
            }
            lines.append(words(add))
        }
        return lines
    }

    /// The lines of a step.
    private func lines(_ told: Step, _ call: Call?) -> [String] {
        guard let command = told.command else { return [] }
        let name = Reproducer.quoted(told.id)
        let variables = command.environment.sorted { $0.key < $1.key }.map {
            Reproducer.quoted("\($0.key)=\($0.value)")
        }
        let argv = command.argv.map(Reproducer.quoted).joined(separator: " ")
        let input =
            command.stdin.map { "printf %s \(Reproducer.quoted(String(decoding: $0.bytes, as: UTF8.self))) | " } ?? ""
        func run(_ tracer: String) -> [String] {
            let reading = input.isEmpty ? " </dev/null" : ""
            return [
                "\(input)(cd \(Reproducer.quoted(command.directory)) && exec env -i \(variables.joined(separator: " ")) \(tracer)timeout \(max(1, command.timeout / 1_000_000_000)) \(argv))\(reading)",
                "echo \(name): exit $? | tee -a /run/out",
            ]
        }
        guard told.id == step.id else { return ["", "# \(told.id)"] + run("") + ["state \(name) >>/run/out"] }
        let trace =
            "strace -f -y -qq -o /run/log -e trace=\(operation.call)\(path.map { " -P \(Reproducer.quoted($0))" } ?? "")"
        guard let call else { return ["", "# \(told.id)"] + run("\(trace) ") + [": >>/run/out", "exit 0"] }
        let injection = injection(call)
        var lines = ["", "# \(told.id): \(fault.point.side.rawValue) \(operation.phrase.lineText)", "strace="]
        lines.append("if [ \"$MODE\" = with ]; then")
        lines.append(
            "    strace=\(Reproducer.quoted("\(trace) -e inject=\(call.name):\(injection.what):when=\(call.number) "))")
        if let world = injection.world {
            lines.append(
                "    (i=0; until [ \"$(grep -c '\(call.name)(' /run/log 2>/dev/null)\" -ge \(call.number) ] 2>/dev/null; do"
            )
            lines.append("        i=$((i + 1)); [ $i -lt 2000 ] || exit; sleep 0.02; done; sleep 0.3")
            lines.append("    \(world)) &")
        }
        lines.append("fi")
        lines += run("$strace ") + ["wait"]
        if command.retry > 0 {
            lines += ["if [ \"$MODE\" = with ]; then # and again"] + run("").map { "    \($0)" } + ["fi"]
        }
        return lines + ["state \(name) >>/run/out"]
    }

    /// What strace does at the call, and what the shell does meanwhile, if anything.
    private func injection(_ call: Call) -> (what: String, world: String?) {
        let delay = "delay_\(fault.point.side == .before ? "enter" : "exit")=2000000"
        switch action {
        case .fail(let errno, _, _): return ("error=\(errno.name)", nil)
        case .kill(_, let signal, _) where fault.point.side == .before:
            // The call does not happen: an error in its place, which nobody lives to read.
            return (signal == .kill ? "error=EINTR:signal=KILL" : "signal=\(signal.name)", nil)
        case .kill(_, let signal, _):
            return (delay, "kill -s \(signal.name.dropFirst(3)) $(sed -n '\(call.number)s/ .*//p' /run/log)")
        case .netnsDelete(let name, _): return (delay, "ip netns del \(Reproducer.quoted(name))")
        case .netnsUnmount(let name, _): return (delay, "umount -l \(Reproducer.quoted("/run/netns/\(name)"))")
        case .netnsReplace(let name, _):
            let word = Reproducer.quoted(name)
            return (delay, "ip netns del \(word); ip netns add \(word)")
        case .change(let change): return (delay, Reproducer.command(change))
        default: return (delay, nil)
        }
    }

    /// The folders that the agents keep for themselves.
    private var states: [String] { plan.agents.values.flatMap(\.state).sorted() }

    /// A word for sh(1).
    static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=@,+%".contains($0)) }
        return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }

    /// The command that makes a change; nil where there is not one alone.
    static func command(_ change: WorldChange) -> String? {
        func ip(_ object: Phrase, _ words: [String]) -> String {
            let place = object.namespace.flatMap { $0 == "host" ? nil : ["-n", $0] } ?? []
            return (["ip"] + place + words).map(quoted).joined(separator: " ")
        }
        func on(_ object: Phrase) -> [String] { object.qualifiers["dev"].map { ["dev", $0] } ?? [] }
        switch change {
        case .deleteLink(let object): return ip(object, ["link", "del", object.argument])
        case .setLink(let object, let settings) where settings == LinkSettings(up: false):
            return ip(object, ["link", "set", object.argument, "down"])
        case .deleteAddress(let object):
            return on(object).isEmpty ? nil : ip(object, ["address", "del", object.argument] + on(object))
        case .deleteRoute(let object): return ip(object, ["route", "del", object.argument] + on(object))
        case .deleteFile(let path): return "rm -rf \(quoted(path))"
        case .writeFile(let path, let text): return "printf %s \(quoted(text)) >\(quoted(path))"
        case .execute(let argv, let namespace):
            let place = namespace == "host" ? [] : ["ip", "netns", "exec", namespace]
            return (place + argv).map(quoted).joined(separator: " ")
        default: return nil
        }
    }
}

extension Action {
    /// The names that it says, which a script can say only where they are literal.
    fileprivate var names: [String] {
        switch self {
        case .netnsDelete(let name, _), .netnsUnmount(let name, _), .netnsReplace(let name, _): [name]
        case .change(.execute): []
        case .change: [phrase.argument] + Array(phrase.qualifiers.filter { $0.key != "text" }.values)
        default: []
        }
    }
}

extension Step {
    /// The command that it runs; nil for a step of another kind.
    fileprivate var command: Command? { if case .run(let command) = body { command } else { nil } }
}
