@testable import Worker

/// A driver of forty lines that can be warm, and ways to spoil it.
enum WarmDriverText {
    static let environment = [
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0",
    ]

    /// The driver, with lines of one's own before it is ready, after it, and in the parent after each fork and each end.
    static func argv(before: String = "", after: String = "", parent: String = "close()", reaped: String = "")
        -> [String]
    {
        let text = """
            import ctypes, json, os, signal, socket, subprocess, sys
            libc = ctypes.CDLL(None, use_errno=True)
            hits = []
            signal.signal(signal.SIGUSR1, lambda number, frame: hits.append(number))

            def serve():
                def say(**line): os.write(4, (json.dumps(line) + '\\n').encode())
                def status(): return {line.partition(':')[0]: line.partition(':')[2].strip() for line in open('/proc/self/status')}
                say(ready=True, version='1')
                for line in os.fdopen(3):
                    request = json.loads(line)['request']
                    if request == 'namespaces':
                        say(ok=True, value={name: os.readlink('/proc/self/ns/' + name) for name in os.listdir('/proc/self/ns')})
                    elif request == 'process':
                        say(ok=True, value={
                            'pid': str(os.getpid()), 'parent': str(os.getppid()), 'session': str(os.getsid(0)),
                            'seccomp': status()['Seccomp'], 'privileges': status()['NoNewPrivs'], 'hits': str(len(hits)),
                            'folder': os.getcwd(), 'fds': ' '.join(sorted(os.listdir('/proc/self/fd'))),
                            'warm': str('TOCSIN_WARM_FD' in os.environ)})
                    elif request == 'is-warm':
                        say(ok=os.getppid() == 0)
                    elif request == 'add':
                        say(ok=subprocess.run(['ip', 'netns', 'add', 'x']).returncode == 0)
                    elif request == 'thread':
                        import threading
                        t = threading.Thread(target=lambda: os.path.exists('/run/netns/x')); t.start(); t.join()
                        say(ok=True)

            warm = os.environ.pop('TOCSIN_WARM_FD', None)
            if warm is None:
                serve()
                sys.exit()
            worker = socket.socket(fileno=int(warm))
            home = os.open('/proc/self/ns/pid', os.O_RDONLY)
            def move(fd):
                if libc.setns(fd, 0x20000000) != 0: raise OSError(ctypes.get_errno(), 'setns')
            \(before)
            worker.sendall(b'{"ready": true, "version": "1"}\\n')
            \(after)
            while True:
                line, fds, _, _ = socket.recv_fds(worker, 4096, 6)
                if not line: sys.exit()
                move(fds[0])
                child = os.fork()
                if child == 0:
                    for number, fd in enumerate(fds[1:]): os.dup2(fd, number)
                    for fd in fds + [worker.detach()]:
                        if fd > 4: os.close(fd)
                    serve()
                    os._exit(0)
                move(home)
                def close(): [os.close(fd) for fd in fds]
                \(parent)
                worker.sendall(json.dumps({'pid': child}).encode() + b'\\n')
                os.waitpid(child, 0)
                \(reaped)
            """
        return ["/usr/bin/python3", "-c", text]
    }

    /// Starts it.
    static func warmDriver(_ warmDrivers: WarmDrivers, _ argv: [String] = argv()) throws -> WarmDriver {
        try warmDrivers.driver(of: "driver", argv, environment: environment, directory: "/", timeout: .seconds(10))
    }
}
