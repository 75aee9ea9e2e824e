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
        var file = cl_file_id()
        var root = cl_file_id()
        guard path.hasPrefix("/"), cl_fstatat(CL_AT_FDCWD, path, 1, &file) == 0,
            cl_fstatat(CL_AT_FDCWD, "/", 1, &root) == 0
        else { return nil }
        let parts = path.split(separator: "/")
        if parts.first == "tmp", parts.count > 2 { return "/tmp/\(parts[1])" }
        guard file.device != root.device, !["dev", "proc", "sys", "run"].contains(parts.first) else { return nil }
        // The top of the file system that it is on.
        for count in 1..<max(2, parts.count) {
            let folder = "/" + parts[..<count].joined(separator: "/")
            var above = cl_file_id()
            if cl_fstatat(CL_AT_FDCWD, folder, 1, &above) == 0, above.device == file.device { return folder }
        }
        return nil
    }
}
