import Testing

@testable import tocsin

/// Where `doctor` says that it stands.
@Suite struct StandingTests {
    private func standing(_ change: (inout Standing) -> Void) -> Standing {
        var standing = Standing()
        standing.capabilities = (41, 41)
        standing.hasOwnProcesses = true
        standing.isMasked = false
        var surroundings = Surroundings()
        surroundings.isOverlay = true
        surroundings.isFiltered = false
        surroundings.isUserNamespace = false
        surroundings.profile = nil
        surroundings.lacksSysfs = false
        standing.surroundings = surroundings
        change(&standing)
        return standing
    }

    @Test func aPrivilegedContainer() {
        #expect(
            "\(standing { _ in })" == "a container (processes of its own, an overlay as root): "
                + "41 of 41 capabilities, no seccomp filter, no AppArmor profile; as with --privileged")
        #expect(standing { $0.capabilities = (40, 41) }.isPrivileged)
    }

    @Test func oneWithTheUsualLimits() {
        let usual = standing {
            $0.capabilities = (17, 41)
            $0.isMasked = true
            $0.surroundings.isFiltered = true
            $0.surroundings.profile = "docker-default"
        }
        #expect(
            "\(usual)" == "a container (processes of its own, an overlay as root, parts of /proc and /sys covered or "
                + "read-only): 17 of 41 capabilities, a seccomp filter, the AppArmor profile docker-default")
        #expect(!standing { $0.isMasked = true }.isPrivileged)
        #expect(!standing { $0.surroundings.isUserNamespace = true }.isPrivileged)
    }

    @Test func aMachine() {
        let machine = standing {
            $0.hasOwnProcesses = false
            $0.surroundings.isOverlay = false
        }
        #expect(!machine.isContainer && !machine.isPrivileged)
        #expect("\(machine)".hasPrefix("a machine, no container: 41 of 41 capabilities"))
    }

    @Test func whatEnginesCover() {
        let machine = [
            "24 30 0:22 / /proc rw,nosuid - proc proc rw", "25 30 0:23 / /sys rw,nosuid - sysfs sysfs rw",
            "26 24 0:24 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw",
        ]
        #expect(!Standing.isMasked(machine))
        #expect(Standing.isMasked(machine + ["31 24 0:5 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw"]))
        #expect(Standing.isMasked(["25 30 0:23 / /sys ro,nosuid - sysfs sysfs ro"]))
        #expect(Standing.isMasked(["32 24 0:22 /sys /proc/sys ro,relatime - proc proc rw"]))
    }
}
