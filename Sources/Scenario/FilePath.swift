/// Names of files, put together without touching the disk.
enum FilePath {
    /// What stands before the last slash; `.` where there is none.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `path` seen from `folder`, with `.` and `..` taken out where that needs no disk.
    static func join(_ folder: String, _ path: String) -> String {
        path.hasPrefix("/") ? path : tidy(folder == "." ? path : "\(folder)/\(path)")
    }

    private static func tidy(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
