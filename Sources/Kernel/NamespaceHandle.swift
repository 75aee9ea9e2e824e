import CLinux
import Glibc
import SystemPackage

/// The kernel's 64-bit number of a network namespace: never reused while the machine runs.
///
/// Equal to `SO_NETNS_COOKIE` of a socket in it, to `NS_GET_ID`, and to the first eight bytes of its file handle. The
/// inode number is no identity: the next namespace often has the same.
public struct NetworkNamespaceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number itself.
    public let rawValue: UInt64

    /// Wraps a number that the kernel gave.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Orders by number, which is not the order of creation (numbers come in batches for each CPU).
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The decimal number.
    public var description: String { String(rawValue) }
}

/// How namespaces are told apart on this kernel.
public enum NamespaceIdentity: String, Sendable, CaseIterable {
    /// nsfs file handles (Linux 6.18): exact, need no open descriptor, and reopen a namespace without a path.
    case handles
    /// `SO_NETNS_COOKIE` (Linux 5.14): costs a visit of the namespace, and death can only be searched for.
    case cookies

    /// The better back end that this kernel offers; `TOCSIN_NAMESPACE_IDENTITY=cookies` forces the older one.
    public static let preferred: NamespaceIdentity = {
        if let forced = environmentVariable("TOCSIN_NAMESPACE_IDENTITY").flatMap(Self.init(rawValue:)) { return forced }
        var handle = cl_namespace_handle()
        return cl_namespace_handle(CL_AT_FDCWD, "/proc/thread-self/ns/net", &handle) == 0 ? .handles : .cookies
    }()
}

/// Whether a namespace still exists.
public enum NamespaceLiveness: Sendable, Hashable {
    /// Something holds it.
    case alive
    /// Nothing holds it any more, since Linux 6.19 but for a socket in flight over another one; its devices may still be on
    /// their way out.
    case dead
    /// The older back end found no holder, but one in flight over a socket would not be seen.
    case notFound
}

/// A namespace's identity with what is needed to open it again; it holds no reference to the namespace.
public struct NamespaceHandle: Hashable, Sendable, CustomStringConvertible {
    /// The 64-bit id, the identity proper.
    public let id: NetworkNamespaceID
    /// One of `CLONE_NEW*`.
    public let type: UInt32
    /// The inode in nsfs, as in `net:[4026531840]`; reused after death.
    public let inode: UInt32

    /// Joins three values that the kernel gave.
    public init(id: NetworkNamespaceID, type: UInt32, inode: UInt32) {
        self.id = id
        self.type = type
        self.inode = inode
    }

    /// "net:[4026532460]#4123".
    public var description: String { "net:[\(inode)]#\(id)" }

    /// The network namespace of a thread, by /proc.
    /// - Parameter thread: A thread id as seen in the caller's pid namespace; nil is the caller's own.
    /// - Throws: `ESRCH` or `ENOENT` when the thread is gone.
    public static func ofThread(_ thread: Int32? = nil, identity: NamespaceIdentity = .preferred) throws(SystemError)
        -> NamespaceHandle
    {
        try atPath("/proc/\(thread.map(String.init) ?? "thread-self")/ns/net", identity: identity)
    }

    /// The network namespace that a path names: a link in /proc or a bind mount below /run/netns.
    /// - Throws: `EINVAL` when the path is something else, for instance the file that umount leaves behind.
    public static func atPath(_ path: String, identity: NamespaceIdentity = .preferred) throws(SystemError)
        -> NamespaceHandle
    {
        switch identity {
        case .handles:
            var handle = cl_namespace_handle()
            try systemCall("name_to_handle_at", stage: path) { cl_namespace_handle(CL_AT_FDCWD, path, &handle) }
            return NamespaceHandle(handle)
        case .cookies:
            return try of(try Descriptor.open(path), identity: .cookies)
        }
    }

    /// The network namespace behind a descriptor of it.
    public static func of(_ descriptor: borrowing Descriptor, identity: NamespaceIdentity = .preferred)
        throws(SystemError) -> NamespaceHandle
    {
        let number = descriptor.raw
        switch identity {
        case .handles:
            var handle = cl_namespace_handle()
            try systemCall("name_to_handle_at", stage: "descriptor \(number)") {
                cl_namespace_handle(number, "", &handle)
            }
            return NamespaceHandle(handle)
        case .cookies:
            let type: Int32
            do throws(SystemError) {
                type = try systemCall("ioctl", stage: "NS_GET_NSTYPE") { cl_namespace_type(number) }
            } catch {
                // Of what is no namespace; the other back end says EINVAL.
                guard error.errno.rawValue == ENOTTY else { throw error }
                throw SystemError(call: error.call, stage: error.stage, errno: .invalidArgument)
            }
            var file = cl_file_id()
            try systemCall("fstat", stage: "descriptor \(number)") { cl_fstat(number, &file) }
            var cookie: UInt64 = 0
            let asked = try withNetworkNamespace(descriptor) { cl_namespace_cookie(&cookie) }
            try systemCall("getsockopt", stage: "SO_NETNS_COOKIE") { asked }
            return NamespaceHandle(
                id: NetworkNamespaceID(rawValue: cookie), type: UInt32(bitPattern: type),
                inode: UInt32(truncatingIfNeeded: file.inode))
        }
    }

    /// Whether the namespace still exists.
    /// - Throws: ``SystemError`` for anything but the namespace's death.
    public func liveness(identity: NamespaceIdentity = .preferred) throws(SystemError) -> NamespaceLiveness {
        do {
            _ = try open(identity: identity)
            return .alive
        } catch {
            if identity == .handles, error.errno == .staleNFSFileHandle { return .dead }
            if identity == .cookies, error.errno == .noSuchFileOrDirectory { return .notFound }
            throw error
        }
    }

    /// True when something still holds the namespace; ``NamespaceLiveness/notFound`` counts as dead.
    public func isAlive(identity: NamespaceIdentity = .preferred) throws(SystemError) -> Bool {
        try liveness(identity: identity) == .alive
    }

    /// Opens the namespace without a path.
    ///
    /// The descriptor pins it: close at once.
    /// - Throws: `ESTALE` (handles) when dead, `ENOENT` (cookies) when no holder is found.
    public func open(identity: NamespaceIdentity = .preferred) throws(SystemError) -> Descriptor {
        switch identity {
        case .handles:
            var handle = cl_namespace_handle(id: id.rawValue, type: type, inode: inode)
            do throws(SystemError) {
                return Descriptor(
                    owning: try systemCall("open_by_handle_at", stage: description) { cl_namespace_open(&handle) })
            } catch {
                guard error.errno == .staleNFSFileHandle, NamespaceHandle.socketsAloneAreNoHolders,
                    let found = try searchForSocket(of: self)
                else { throw error }
                return found
            }
        case .cookies:
            guard let found = try searchForNamespace(self) else {
                throw SystemError(call: "search", stage: "holder of \(self)", errno: .noSuchFileOrDirectory)
            }
            return found
        }
    }

    /// Whether a namespace that sockets alone hold is not opened by its handle, though it lives.
    ///
    /// It is *inactive* since Linux 6.19, and a socket opens it (SIOCGSKNS).
    static let socketsAloneAreNoHolders: Bool = {
        var name = utsname()
        guard uname(&name) == 0 else { return true }
        let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([6, 19])
    }()

    init(_ handle: cl_namespace_handle) {
        self.init(id: NetworkNamespaceID(rawValue: handle.id), type: handle.type, inode: handle.inode)
    }
}
