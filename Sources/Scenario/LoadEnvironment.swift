import Glibc

/// What loading a scenario needs of the machine.
public struct LoadEnvironment: Sendable {
    /// The folder in which provisioned agents lie: `$(agents)`.
    public var agentsFolder: String
    /// The folder from which relative paths are seen, absolute: it makes `$(here)` a path that holds in the host.
    public var currentFolder: String
    /// The bytes of the file at a path, nil where there is none that can be read.
    ///
    /// May stop after one byte more than 1 MB.
    public var readFile: @Sendable (String) -> [UInt8]?

    /// Loads from the disk of this machine.
    public init(agentsFolder: String) {
        self.agentsFolder = agentsFolder
        currentFolder = LoadEnvironment.workingFolder()
        readFile = LoadEnvironment.contents
    }

    /// Loads from what `readFile` gives.
    public init(agentsFolder: String, currentFolder: String, readFile: @escaping @Sendable (String) -> [UInt8]?) {
        self.agentsFolder = agentsFolder
        self.currentFolder = currentFolder
        self.readFile = readFile
    }

    private static func workingFolder() -> String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    private static func contents(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= SourceFile.limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
