import Model
import Reports

extension Reproducer {
    /// The script.
    ///
    /// - Parameter way: What stops the agent; nil for one that only shows the calls of the step.
    func script(_ way: Way?) -> String {
        var program: String?
        if case .program(let source) = way { program = source }
        let needs = program == nil ? "ip(8), strace(1), unshare(1)" : "ip(8), cc(1), unshare(1)"
        let compiled = program.map {
            "cat >\"$work/stop.c\" <<'END OF PROGRAM'\n\($0)\nEND OF PROGRAM\ncc -O1 -o \"$work/stop\" \"$work/stop.c\" || exit 2\n"
        }
        let copied = program == nil ? "" : "cp \"$work/stop\" \"$own/root/run/stop\" || exit 2"
        let how = "\(fault.point.side.rawValue) \(operation.phrase.lineText): \(action.lineText)"
        let own = (["run", "tmp"] + states.map { String($0.dropFirst()) }).map(Replay.quoted)
        return """
            #!/bin/sh
            # \(plan.title.split(separator: "\n").joined(separator: " "))
            # In step \(step.id), \(how)
            # Needs root, \(needs), and the agent. The machine is not touched: everything happens in namespaces
            # and on a root of its own (an overlay). Exit status 1: what is left differs from a run without the fault; 0: it does not.
            if [ -z "$MODE" ]; then
                work=$(mktemp -d) || exit 2
                trap 'umount -l "$work" 2>/dev/null; rm -rf "$work"' EXIT
                mount -t tmpfs none "$work" && cp "$0" "$work/script" || exit 2
            \(compiled ?? "")\
                for MODE in \(way == nil ? "calls" : "without with"); do
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
                \(copied)
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
                for path in \(states.map(Replay.quoted).joined(separator: " ")); do find "$path" -type f -exec cksum {} + | sort -k 3; done
            }
            ip link set lo up
            echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
            \((ShellHost.lines(for: plan.host) + plan.steps.flatMap { lines($0, way) }).joined(separator: "\n"))
            exit 0

            """
    }

    /// The lines of a step.
    private func lines(_ told: Step, _ way: Way?) -> [String] {
        guard let command = told.command else { return [] }
        let name = Replay.quoted(told.id)
        let variables = command.environment.sorted { $0.key < $1.key }.map {
            Replay.quoted("\($0.key)=\($0.value)")
        }
        let argv = command.argv.map(Replay.quoted).joined(separator: " ")
        let input =
            command.stdin.map { "printf %s \(Replay.quoted(String(decoding: $0.bytes, as: UTF8.self))) | " } ?? ""
        func run(_ tracer: String) -> [String] {
            let reading = input.isEmpty ? " </dev/null" : ""
            return [
                "\(input)(cd \(Replay.quoted(command.directory)) && exec env -i \(variables.joined(separator: " ")) \(tracer)timeout \(max(1, command.timeout / 1_000_000_000)) \(argv))\(reading)",
                "echo \(name): exit $? | tee -a /run/out",
            ]
        }
        guard told.id == step.id else { return ["", "# \(told.id)"] + run("") + ["state \(name) >>/run/out"] }
        let trace =
            "strace -f -y -qq -o /run/log -e trace=\(operation.call)\(path.map { " -P \(Replay.quoted($0))" } ?? "")"
        var lines = [
            "", "# \(told.id): \(fault.point.side.rawValue) \(operation.phrase.lineText)", "stop=",
            "if [ \"$MODE\" = with ]; then",
        ]
        switch way {
        case nil: return ["", "# \(told.id)"] + run("\(trace) ") + [": >>/run/out", "exit 0"]
        case .program: lines.append("    stop='/run/stop '")
        case .strace(let call):
            let injection = injection(call)
            lines.append(
                "    stop=\(Replay.quoted("\(trace) -e inject=\(call.name):\(injection.what):when=\(call.number) "))")
            if let world = injection.world {
                lines.append(
                    "    (i=0; until [ \"$(grep -c '\(call.name)(' /run/log 2>/dev/null)\" -ge \(call.number) ] 2>/dev/null; do"
                )
                lines.append("        i=$((i + 1)); [ $i -lt 2000 ] || exit; sleep 0.02; done; sleep 0.3")
                lines.append("    \(world)) &")
            }
        }
        lines.append("fi")
        lines += run("$stop ") + ["wait"]
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
        default: return (delay, world)
        }
    }

    /// What somebody else does, as a command of the shell; nil where the world has no part in it.
    var world: String? {
        switch action {
        case .netnsDelete(let name, _): return "ip netns del \(Replay.quoted(name))"
        case .netnsUnmount(let name, _): return "umount -l \(Replay.quoted("/run/netns/\(name)"))"
        case .netnsReplace(let name, _):
            let word = Replay.quoted(name)
            return "ip netns del \(word); ip netns add \(word)"
        case .change(let change): return ShellChange.command(change)
        default: return nil
        }
    }

    /// The folders that the agents keep for themselves.
    private var states: [String] { plan.agents.values.flatMap(\.state).sorted() }
}
