import Glibc
import Kernel
import Model

extension WorldEditor {
    private var root: String { host.root }

    /// Writes a file whole, its folders made where they are not there; taking it back gives it what it held.
    func writeFile(_ path: String, _ bytes: [UInt8]) throws -> WorldEdit {
        let file = try HostFile(try literal(path), root: root, making: true)
        let former = try remember(file)
        try file.write(bytes)
        return edit(file.path, former, "\(bytes.count) bytes were written to \(file.path)", made: file.made)
    }

    /// Deletes a file or a link; taking that back makes it again with mode and owner.
    func deleteFile(_ path: String) throws -> WorldEdit {
        let file = try HostFile(try literal(path), root: root, following: false)
        let former = try remember(file)
        guard former != .absent else {
            throw WorldError.none(what: "file", pattern: path, place: nil, there: [])
        }
        try file.delete()
        return edit(file.path, former, "\(file.path) was deleted")
    }

    /// Gives a file what it held before the first change that this editor made to it.
    func restoreFile(_ path: String) throws -> WorldEdit {
        let known = formerFiles.keys.filter { Pattern(path).matches($0) }.sorted()
        guard let chosen = known.first else {
            throw WorldError.none(what: "changed file", pattern: path, place: nil, there: formerFiles.keys.sorted())
        }
        guard known.count == 1 else {
            throw WorldError.several(what: "changed file", pattern: path, place: nil, found: known)
        }
        let file = try HostFile(chosen, root: root, making: true, following: false)
        let former = try file.state()
        if let first = formerFiles[chosen] { try file.put(first) }
        return edit(chosen, former, "\(chosen) was restored")
    }

    private func remember(_ file: borrowing HostFile) throws -> FileState {
        let state = try file.state()
        if formerFiles[file.path] == nil { formerFiles[file.path] = state }
        return state
    }

    private func edit(_ path: String, _ former: FileState, _ detail: String, made: [String] = []) -> WorldEdit {
        WorldEdit(detail: detail) { [root] in
            do {
                try HostFile(path, root: root, making: former != .absent, following: false).put(former)
                // The folders that had to be made for it go too, unless somebody has put something there.
                for folder in made.reversed() {
                    try HostFile(folder, root: root, following: false).deleteEmptyFolder()
                }
            } catch let error as SystemError where error.errno == .noSuchFileOrDirectory && former == .absent {
                // The agent has deleted the folder: a file that was not there needs none.
            }
        }
    }

    /// The path itself, or the one file that a pattern means.
    func literal(_ pattern: String) throws -> String {
        guard !Pattern(pattern).isLiteral else { return pattern }
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        let plain = parts.dropLast().prefix { Pattern($0).isLiteral }
        var found: [String] = []
        var there: [String] = []
        try walk("/" + plain.joined(separator: "/")) { path in
            there.append(path)
            if Pattern(pattern).matches(path) { found.append(path) }
        }
        guard let first = found.first else {
            throw WorldError.none(what: "file", pattern: pattern, place: nil, there: there.sorted())
        }
        guard found.count == 1 else {
            throw WorldError.several(what: "file", pattern: pattern, place: nil, found: found.sorted())
        }
        return first
    }

    /// Every file and link below a folder of the host, without the kernel's file systems.
    private func walk(_ top: String, _ body: (String) -> Void) throws {
        let start: Descriptor
        do {
            // A name below the folder, so that the folder itself is reached without leaving the host's root.
            start = try HostFile("\(top)/file", root: root, following: false).folder.open(".", flags: O_DIRECTORY)
        } catch let error as SystemError where error.errno == .noSuchFileOrDirectory {
            return
        }
        try walk(start, top == "/" ? "" : top, body)
    }

    private func walk(_ folder: borrowing Descriptor, _ path: String, _ body: (String) -> Void) throws {
        for name in try listDirectory(try folder.open(".", flags: O_DIRECTORY), path) {
            let inner = "\(path)/\(name)"
            var status = stat()
            guard fstatat(folder.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFREG, S_IFLNK: body(inner)
            case S_IFDIR where !["/proc", "/sys", "/dev"].contains(inner):
                try walk(try folder.open(name, flags: O_DIRECTORY | O_NOFOLLOW), inner, body)
            default: break
            }
        }
    }
}
