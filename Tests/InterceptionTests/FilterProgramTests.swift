import CLinux
import Glibc
import Testing

@testable import Interception

/// The filter decides which calls stop an agent: it is run here on every call that matters.
@Suite struct FilterProgramTests {
    let plain = Interpreter(program: .standard(receives: false))
    let receiving = Interpreter(program: .standard(receives: true))

    private func isTrapped(_ interpreter: Interpreter, _ number: Int32, _ arguments: [UInt64] = []) -> Bool {
        interpreter.answer(architecture: CL_AUDIT_ARCH_X86_64, number: UInt32(number), arguments: arguments)
            == CL_SECCOMP_RET_TRACE | UInt32(FilterProgram.callMark)
    }

    @Test(arguments: [
        __NR_setns, __NR_clone3, __NR_mount, __NR_umount2, __NR_openat, __NR_execve, __NR_sendto, __NR_sendmsg,
        __NR_unlinkat, __NR_seccomp, __NR_renameat2, __NR_newfstatat, __NR_flock, __NR_write, __NR_io_uring_setup,
    ])
    func trapsWhatIsDecoded(number: Int32) { #expect(isTrapped(plain, number)) }

    @Test(arguments: [
        __NR_getpid, __NR_read, __NR_close, __NR_mmap, __NR_futex, __NR_socket, __NR_epoll_wait, __NR_ioctl,
    ])
    func letsTheRestRun(number: Int32) {
        #expect(
            plain.answer(architecture: CL_AUDIT_ARCH_X86_64, number: UInt32(number)) == CL_SECCOMP_RET_ALLOW)
    }

    @Test(arguments: [__NR_recvmsg, __NR_recvfrom, __NR_recvmmsg])
    func trapsReceivesOnlyWhereARequestFails(number: Int32) {
        #expect(!isTrapped(plain, number))
        #expect(isTrapped(receiving, number))
    }

    @Test func trapsABindThatMayNameAFile() {
        // The lengths of struct sockaddr_un, two of them those of IPv4 and IPv6 too, and that of netlink.
        for length in [3, 110, 20, 16, 28] as [UInt64] { #expect(isTrapped(plain, __NR_bind, [3, 0, length])) }
        #expect(!isTrapped(plain, __NR_bind, [3, 0, 12]))
    }

    @Test func trapsTheOptionsOfTablesAlone() {
        #expect(isTrapped(plain, __NR_setsockopt, [3, 0, 64]) && isTrapped(plain, __NR_getsockopt, [3, 41, 65]))
        #expect(!isTrapped(plain, __NR_setsockopt, [3, 1, 8]) && !isTrapped(plain, __NR_getsockopt, [3, 1, 4]))
    }

    @Test func readsLinksWhereStateIsWatchedAlone() {
        let without = Interpreter(program: .standard(receives: false, readsLinks: false))
        for number in [__NR_readlink, __NR_readlinkat] {
            #expect(isTrapped(plain, number) && !isTrapped(without, number))
        }
    }

    @Test func trapsCloneAndUnshareOnlyForNetworkNamespaces() {
        for number in [__NR_clone, __NR_unshare] {
            #expect(isTrapped(plain, number, [UInt64(CLONE_NEWNET | CLONE_NEWNS)]))
            #expect(!isTrapped(plain, number, [UInt64(CLONE_NEWNS | CLONE_NEWPID)]))
            #expect(!isTrapped(plain, number, [0]))
        }
    }

    @Test(arguments: [F_SETLK, F_SETLKW, CL_F_OFD_SETLK, CL_F_OFD_SETLKW])
    func trapsLocksByFcntl(command: Int32) { #expect(isTrapped(plain, __NR_fcntl, [3, UInt64(command)])) }

    @Test(arguments: [F_GETFL, F_SETFD, F_DUPFD, F_GETLK])
    func letsOtherFcntlRun(command: Int32) { #expect(!isTrapped(plain, __NR_fcntl, [3, UInt64(command)])) }

    @Test func seesForeignArchitecturesAndRefusesX32() {
        let foreign = CL_SECCOMP_RET_TRACE | UInt32(FilterProgram.foreignMark)
        #expect(plain.answer(architecture: CL_AUDIT_ARCH_I386, number: 20) == foreign)
        #expect(plain.answer(architecture: CL_AUDIT_ARCH_AARCH64, number: 20) == foreign)
        #expect(
            plain.answer(architecture: CL_AUDIT_ARCH_X86_64, number: CL_X32_SYSCALL_BIT | 257)
                == CL_SECCOMP_RET_ERRNO | UInt32(ENOSYS))
    }

    @Test func everyNumberHasAnAnswer() {
        for number in 0..<UInt32(600) {
            #expect(receiving.answer(architecture: CL_AUDIT_ARCH_X86_64, number: number) != nil)
        }
    }

    @Test func fitsIntoPid1AndTheKernel() {
        let program = FilterProgram.standard(receives: true)
        // BPF_MAXINSNS of linux/bpf_common.h.
        #expect(program.instructions.count < Int(BPF_MAXINSNS))
        #expect(program.bytes.count == program.instructions.count * MemoryLayout<sock_filter>.size)
    }

    /// The shape of the program, as `bpf_dbg` would list its first instructions: architecture, then number.
    @Test func beginsWithTheArchitecture() {
        let listing = plain.program.instructions.prefix(6).map {
            "\(String($0.code, radix: 16)) \($0.whenTrue) \($0.whenFalse) \(String($0.constant, radix: 16))"
        }
        #expect(
            listing == [
                "20 0 0 4", "15 1 0 c000003e", "6 0 0 7ff07463", "20 0 0 0", "35 0 1 40000000", "6 0 0 50026",
            ])
    }
}
