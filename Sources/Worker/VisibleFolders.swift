import CLinux
import Kernel
import Model

extension Plan {
    /// Folders of the machine that a host would hide, and that agents of this plan lie in.
    ///
    /// /tmp is empty in a host, and of its root file system the overlay shows no other one mounted below: a program or
    /// script that is there is made visible, read-only, by the topmost folder that is enough.
    var foldersToShow: [String] {
        let words = agents.values.flatMap { agent -> [String] in
            switch agent.kind {
            case .commands: []
            case .driver(let argv): argv
            case .service(let service): service.argv
            }
        }
        let commands = allSteps.flatMap { step -> [String] in
            if case .run(let command) = step.body { command.argv } else { [] }
        }
        return Set((words + commands).compactMap(Plan.hiddenFolder)).sorted()
    }

    /// The folder to show for a file of the machine; nil where it is visible anyway, or no file.
    private static func hiddenFolder(of path: String) -> String? {
        guard path.hasPrefix("/"), let own = mount(of: path), let root = mount(of: "/") else { return nil }
        let parts = path.split(separator: "/")
        if parts.first == "tmp", parts.count > 2 { return "/tmp/\(parts[1])" }
        // A folder that is mounted in its own file system once more is another mount too.
        guard own != root, !["dev", "proc", "sys", "run"].contains(parts.first) else { return nil }
        // The top of the mount that it is on.
        return (1..<max(2, parts.count)).lazy.map { "/" + parts[..<$0].joined(separator: "/") }
            .first { mount(of: $0) == own }
    }

    /// The number of the mount on which a file lies; nil where there is no file.
    private static func mount(of path: String) -> Int64? {
        // Without the file, nothing is to be shown.
        guard let file = try? Descriptor.open(path, flags: CL_O_PATH) else { return nil }
        return cl_mount_id(file.raw)
    }
}
