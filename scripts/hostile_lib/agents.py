"""The agents, and what must come of the plan of each."""

import textwrap

WRONG = ("fail", "error")
ANY = ("pass", "fail", "error")


class Case:
    """An agent: a Python program, or the driver or the commands that a scenario has."""

    def __init__(self, name, about, code, verdicts=ANY, says=(), timeout="20s", driver=False, faults=None, undone=True):
        self.name, self.about, self.verdicts, self.says = name, about, verdicts, says
        self.code, self.timeout, self.driver, self.faults, self.undone = textwrap.dedent(code), timeout, driver, faults, undone

    def scenario(self):
        """What its file says, besides its title."""
        program = ["/usr/bin/python3", "-c", self.code]
        if self.driver:
            agent = {"driver": program, "timeout": self.timeout, "commands": {"do": {}}}
            return {"agents": {"a": agent}, "steps": [{"run": "do"}]}
        commands = {"do": {"run": program, "timeout": self.timeout}}
        steps = [{"run": "do"}]
        if self.undone:
            # It says that it takes all of it back, and does nothing: whatever is left is told.
            commands["undo"] = {"run": ["true"], "undoes": "do"}
            steps.append({"run": "undo"})
        scenario = {"agents": {"a": {"commands": commands}}, "steps": steps}
        if self.faults:
            scenario["faults"] = self.faults
        return scenario


ODD = r"'\x1b]0;own\x07', '\x1b[2J', 'a\n  pass  all.yaml\npass  all.yaml', '\u202egpj.exe', '\x9b31m', '\x7f\x08\x08', '\u2066x'"

ALL = [
    Case("letters", "names of files and namespaces, and output, steer a terminal, forge lines and turn text around", rf"""
        import os, subprocess, sys
        os.mkdir('/run/netns') if not os.path.isdir('/run/netns') else None
        for odd in ({ODD}):
            open('/etc/x' + odd.replace('/', '_'), 'w').write(odd)
            os.makedirs('/var/lib/' + odd.replace('/', '_'))
            subprocess.run(['ip', 'netns', 'add', odd.replace('/', '_')])
            subprocess.run(['ip', 'link', 'add', odd[:9].replace('/', '_').replace('\n', '_'), 'type', 'dummy'])
            subprocess.run(['nft', 'add', 'table', 'inet', 't', '{{', 'comment', '"' + odd.replace('\n', ' ') + '"', ';', '}}'])
            print(odd, odd, sep='\n')
            print(odd, file=sys.stderr)
        sys.exit(1)
        """, WRONG),
    Case("letters-of-a-crash", "the same in a traceback, the name of a program and its arguments, and a signal", rf"""
        import os, subprocess, sys
        for odd in ({ODD}):
            place = '/tmp/' + odd.replace('/', '_')
            os.symlink('/bin/false', place)
            subprocess.run([place, odd])
        raise RuntimeError(''.join(({ODD})))
        """, WRONG),
    Case("output", "1 GB of output, and of errors", """
        import os
        block = b'pass  all.yaml\\n' * 70000
        for n in range(500):
            os.write(1, block), os.write(2, block)
        """, timeout="60s"),
    Case("line-without-end", "a line of 200 MB", "import os\nfor n in range(200): os.write(1, b'x' * (1 << 20))", timeout="60s"),
    Case("files", "100,000 files", """
        import os
        os.mkdir('/var/lib/x')
        for n in range(100000): open('/var/lib/x/%d' % n, 'w').close()
        """, timeout="60s"),
    Case("few-files", "3,000 files, which are all left", """
        import os
        os.mkdir('/var/lib/x')
        for n in range(3000): open('/var/lib/x/%d' % n, 'w').close()
        """, WRONG, timeout="60s"),
    Case("deep", "folders 3,000 deep, with names of 200 letters", """
        import os
        os.chdir('/var/lib')
        for n in range(3000):
            os.mkdir('n' * 200); os.chdir('n' * 200)
        """, timeout="60s"),
    Case("deep-and-short", "folders 3,000 deep, with names of a letter", """
        import os
        os.chdir('/var/lib')
        for n in range(3000):
            os.mkdir('n'); os.chdir('n')
        """, timeout="60s"),
    Case("large-file", "a file of 6 GB, and one of 1 TB of holes", """
        import os
        with open('/var/holes', 'wb') as file: file.truncate(1 << 40)
        try:
            with open('/var/large', 'wb') as file:
                for n in range(6000): file.write(b'x' * (1 << 20))
        except OSError as error: print(error)
        """, timeout="60s", says=("files of the host were as large as they may be",)),
    Case("full-root", "a root without room, in /, /run, /tmp and /dev/shm, and no end with an error", """
        import os
        for place in ('/var', '/run', '/tmp', '/dev/shm'):
            try:
                with open(place + '/large', 'wb') as file:
                    while True: file.write(b'x' * (1 << 20))
            except OSError as error: print(error)
        """, timeout="60s", says=("files of the host were as large as they may be",)),
    Case("no-more-inodes", "500,000 files by links and folders, until there are no more", """
        import os
        try:
            for n in range(500):
                os.makedirs('/var/x/%d' % n)
                for m in range(1000): os.mknod('/var/x/%d/%d' % (n, m))
        except OSError as error: print(error)
        """, timeout="60s"),
    Case("own-memory-file-system", "a memory file system of its own, filled", """
        import os, subprocess
        os.mkdir('/mnt/x')
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=100g', 'x', '/mnt/x'], check=True)
        with open('/mnt/x/large', 'wb') as file:
            while True: file.write(b'x' * (1 << 20))
        """, WRONG, timeout="60s", says=("no more memory than|the worker died by signal 9",)),
    Case("memory", "memory without end", """
        kept = []
        while True: kept.append(bytearray(1 << 24))
        """, WRONG, says=("no more memory than",)),
    Case("memory-of-many", "memory without end, in many processes", """
        import os
        for n in range(40):
            if os.fork() == 0: break
        kept = []
        while True: kept.append(bytearray(b'x' * (1 << 22)))
        """, WRONG, says=("no more memory than",)),
    Case("fork-bomb", "processes without end", """
        import os
        while True:
            try: os.fork()
            except OSError: pass
        """, WRONG, says=("no more than 4096 processes",), timeout="10s"),
    Case("fork-bomb-that-leaves", "as many processes as there can be, which stay when it ends", """
        import os, time
        for n in range(8000):
            try:
                if os.fork() == 0: time.sleep(10000)
            except OSError: break
        """, WRONG, says=("no more than 4096 processes",)),
    Case("threads", "threads without end", """
        import threading, time
        threading.stack_size(65536)
        while True:
            try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            except RuntimeError: break
        """, WRONG, says=("no more than 4096 processes",)),
    Case("namespaces", "1,000 network namespaces", """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        os.makedirs('/run/netns', exist_ok=True)
        for n in range(1000):
            libc.unshare(0x40000000)
            open('/run/netns/n%d' % n, 'w').close()
            libc.mount(b'/proc/self/ns/net', b'/run/netns/n%d' % n, None, 4096, None)
        """, timeout="90s"),
    Case("links", "2,000 devices", """
        import subprocess
        subprocess.run(['ip', '-batch', '-'], input=''.join('link add d%d type dummy\\n' % n for n in range(2000)).encode())
        """, timeout="60s"),
    Case("routes", "a flood of events: 40,000 changes of routes", """
        import subprocess
        lines = ''.join('route add 10.%d.%d.0/24 dev lo\\nroute del 10.%d.%d.0/24 dev lo\\n' % (n >> 8, n & 255, n >> 8, n & 255) for n in range(20000))
        subprocess.run(['ip', 'link', 'set', 'lo', 'up'])
        subprocess.run(['ip', '-batch', '-'], input=lines.encode())
        """, timeout="90s"),
    Case("looks", "200,000 looks at files below what is watched", """
        import os
        for n in range(200000): os.path.exists('/run/x%d' % n)
        """, timeout="90s"),
    Case("mounts", "5,000 mounts", """
        import ctypes, os
        libc = ctypes.CDLL(None)
        os.mkdir('/mnt/x')
        for n in range(5000): libc.mount(b'x', b'/mnt/x', b'tmpfs', 0, b'size=4k')
        """, timeout="60s"),
    Case("descriptors", "all the descriptors that it may have, and 3,000 listeners to netlink", """
        import os, resource, socket
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        kept = []
        for n in range(3000):
            s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); s.bind((0, 1 | 16 | 64)); kept.append(s)
        try:
            while len(kept) < 20000: kept.append(os.open('/dev/null', 0))
        except OSError: pass
        if os.fork() == 0:
            import time; time.sleep(10000)
        """, WRONG, timeout="60s"),
    Case("daemon", "a daemon that ignores every signal and has closed everything", """
        import os, signal, time
        if os.fork() == 0:
            os.setsid()
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            os.closerange(0, 100)
            if os.fork(): os._exit(0)
            while True: time.sleep(1000)
        """, WRONG),
    Case("busy-daemons", "ten daemons that never rest", """
        import os
        for n in range(10):
            if os.fork() == 0:
                os.setsid()
                while True: pass
        """, WRONG),
    Case("restless", "a daemon that changes something all the time", """
        import os
        if os.fork() == 0:
            os.setsid()
            while True:
                open('/run/x', 'w').close(); os.unlink('/run/x'); os.mkdir('/run/y'); os.rmdir('/run/y')
        """, WRONG),
    Case("kills-all", "kills all that it can see", """
        import os, signal
        for name in ('TERM', 'HUP', 'INT', 'STOP', 'KILL'):
            try: os.kill(1, getattr(signal, 'SIG' + name))
            except OSError: pass
        os.kill(-1, signal.SIGKILL)
        """, ANY),
    Case("stops-itself", "stops itself, and all that it can see", """
        import os, signal
        os.kill(-1, signal.SIGSTOP); os.kill(os.getpid(), signal.SIGSTOP)
        """, WRONG, timeout="5s"),
    Case("never-ends", "never ends, and ignores what asks it to", """
        import signal, time
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        while True: time.sleep(1)
        """, WRONG, timeout="3s"),
    Case("pid-1", "attaches to pid 1, and kills it", """
        import ctypes, os, time
        libc = ctypes.CDLL(None, use_errno=True)
        print(libc.ptrace(16, 1, 0, 0), libc.ptrace(0x4206, 1, 0, 0), ctypes.get_errno())
        try: open('/proc/1/oom_score_adj', 'w').write('1000')
        except OSError as error: print(error)
        libc.ptrace(8, 1, 0, 0)
        """, ANY, timeout="5s"),
    Case("pid-1-memory", "writes into the memory of pid 1", """
        import os, re
        try:
            text = open('/proc/1/maps').read()
            memory = os.open('/proc/1/mem', os.O_RDWR)
            for line in text.splitlines():
                found = re.match('([0-9a-f]+)-([0-9a-f]+) rw', line)
                if found:
                    try: os.pwrite(memory, b'\\0' * (int(found[2], 16) - int(found[1], 16)), int(found[1], 16))
                    except OSError: pass
        except OSError as error: print(error)
        os.fork()
        """, ANY, timeout="5s"),
    Case("bounds", "takes its bounds off: cgroups, limits, the size of its root", """
        import glob, os, resource, subprocess
        for pattern in ('/sys/fs/cgroup/*max', '/sys/fs/cgroup/*/*limit_in_bytes', '/sys/fs/cgroup/*/*max'):
            for path in glob.glob(pattern):
                try: open(path, 'w').write('-1' if 'limit' in path else 'max')
                except OSError: pass
        for options in ('remount,size=100g', 'remount,size=100g,bind'):
            for place in ('/', '/run', '/tmp', '/dev'):
                subprocess.run(['mount', '-o', options, place], stderr=subprocess.DEVNULL)
        open('/proc/self/oom_score_adj', 'w').write('-1000')
        for name in dir(resource):
            if name.startswith('RLIMIT'):
                try: resource.setrlimit(getattr(resource, name), (-1, -1))
                except (OSError, ValueError): pass
        kept = []
        while True: kept.append(bytearray(1 << 24))
        """, WRONG, says=("no more memory than",), timeout="10s"),
    Case("driver-imitated", "answers as a driver does, on every descriptor, though it is a command", r"""
        import os
        for number in range(0, 64):
            for line in ('{"ready": true}', '{"ok": true}', '{"job": "/etc/passwd"}', '{"folder": "", "failure": null}'):
                try: os.write(number, (line + '\n').encode())
                except OSError: pass
        raise SystemExit(1)
        """, WRONG, undone=False),
    Case("driver-early", "a driver that replies before it is asked", r"""
        import os
        os.write(4, b'{"ready": true}\n{"ok": true}\n')
        while os.read(3, 4096): pass
        """, WRONG, driver=True),
    Case("driver-ends", "a driver that ends with 0 in the middle of a request", r"""
        import os
        os.write(4, b'{"ready": true}\n')
        os.read(3, 4096)
        os._exit(0)
        """, WRONG, driver=True),
    Case("driver-without-end", "a driver that replies without end", r"""
        import os
        os.write(4, b'{"ready": true}\n')
        os.read(3, 4096)
        while True: os.write(4, b'{"ok": false, "error": "' + b'[' * 65536)
        """, WRONG, driver=True, timeout="10s"),
    Case("driver-nested", "a driver whose reply is 300,000 brackets, and whose error is forged lines", r"""
        import os
        os.write(4, b'{"ready": true}\n')
        os.read(3, 4096)
        os.write(4, b'{"ok": false, "error": "\\u001b[2J\\n  pass  all.yaml\\u202e", "x": ' + b'[' * 300000 + b'\n')
        os.read(3, 4096)
        """, WRONG, driver=True, timeout="10s"),
    Case("arguments", "a program that is begun with 2 MB of arguments and variables, 300 times", """
        import os, subprocess
        for n in range(300): subprocess.run(['/bin/true'] + ['x' * 100000] * 15, env={'a%d' % m: 'y' * 100000 for m in range(3)})
        """, timeout="60s"),
    Case("odd-files", "pipes, sockets, loops of links, devices, and files that change while they are read", """
        import os, socket
        os.mkfifo('/var/fifo'); os.symlink('/var/b', '/var/a'); os.symlink('/var/a', '/var/b')
        s = socket.socket(socket.AF_UNIX); s.bind('/var/socket'); os.mknod('/var/disk', 0o60666, os.makedev(254, 0))
        os.mkdir('/var/x')
        for n in range(500): os.setxattr('/var/x', 'trusted.a%d' % n, b'x' * 1000)
        os.chmod('/var/x', 0)
        """, WRONG),
    Case("rules", "20,000 rules of a packet filter", """
        import subprocess
        text = 'table inet t {\\n chain c {\\n' + ''.join('ip saddr 10.%d.%d.1 drop\\n' % (n >> 8, n & 255) for n in range(20000)) + '}\\n}\\n'
        subprocess.run(['nft', '-f', '-'], input=text.encode())
        """, timeout="90s"),
]
