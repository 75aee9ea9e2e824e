import Glibc

/// An error number of the kernel, with its name in errno(3).
public struct ErrorNumber: Hashable, Sendable, CustomStringConvertible {
    /// The positive number.
    public let value: Int32

    /// Makes the error number with this positive value.
    public init(_ value: Int32) { self.value = value }

    /// Finds the error number of that name in errno(3): `EBUSY`.
    public init?(name: String) {
        guard let value = ErrorNumber.byName[name] else { return nil }
        self.value = value
    }

    /// The name in errno(3), or `errno N` where it has none.
    public var name: String { ErrorNumber.byValue[value] ?? "errno \(value)" }

    /// The name in errno(3).
    public var description: String { name }

    /// All names of errno(3) that this machine's C library knows.
    public static var allNames: [String] { table.map(\.name) }

    private static let byName = Dictionary(table, uniquingKeysWith: { first, _ in first })
    private static let byValue = Dictionary(table.map { ($0.value, $0.name) }, uniquingKeysWith: { first, _ in first })

    private static let table: [(name: String, value: Int32)] = [
        ("EPERM", Glibc.EPERM),
        ("ENOENT", Glibc.ENOENT),
        ("ESRCH", Glibc.ESRCH),
        ("EINTR", Glibc.EINTR),
        ("EIO", Glibc.EIO),
        ("ENXIO", Glibc.ENXIO),
        ("E2BIG", Glibc.E2BIG),
        ("ENOEXEC", Glibc.ENOEXEC),
        ("EBADF", Glibc.EBADF),
        ("ECHILD", Glibc.ECHILD),
        ("EAGAIN", Glibc.EAGAIN),
        ("ENOMEM", Glibc.ENOMEM),
        ("EACCES", Glibc.EACCES),
        ("EFAULT", Glibc.EFAULT),
        ("ENOTBLK", Glibc.ENOTBLK),
        ("EBUSY", Glibc.EBUSY),
        ("EEXIST", Glibc.EEXIST),
        ("EXDEV", Glibc.EXDEV),
        ("ENODEV", Glibc.ENODEV),
        ("ENOTDIR", Glibc.ENOTDIR),
        ("EISDIR", Glibc.EISDIR),
        ("EINVAL", Glibc.EINVAL),
        ("ENFILE", Glibc.ENFILE),
        ("EMFILE", Glibc.EMFILE),
        ("ENOTTY", Glibc.ENOTTY),
        ("ETXTBSY", Glibc.ETXTBSY),
        ("EFBIG", Glibc.EFBIG),
        ("ENOSPC", Glibc.ENOSPC),
        ("ESPIPE", Glibc.ESPIPE),
        ("EROFS", Glibc.EROFS),
        ("EMLINK", Glibc.EMLINK),
        ("EPIPE", Glibc.EPIPE),
        ("EDOM", Glibc.EDOM),
        ("ERANGE", Glibc.ERANGE),
        ("EDEADLK", Glibc.EDEADLK),
        ("ENAMETOOLONG", Glibc.ENAMETOOLONG),
        ("ENOLCK", Glibc.ENOLCK),
        ("ENOSYS", Glibc.ENOSYS),
        ("ENOTEMPTY", Glibc.ENOTEMPTY),
        ("ELOOP", Glibc.ELOOP),
        ("ENOMSG", Glibc.ENOMSG),
        ("EIDRM", Glibc.EIDRM),
        ("ECHRNG", Glibc.ECHRNG),
        ("EL2NSYNC", Glibc.EL2NSYNC),
        ("EL3HLT", Glibc.EL3HLT),
        ("EL3RST", Glibc.EL3RST),
        ("ELNRNG", Glibc.ELNRNG),
        ("EUNATCH", Glibc.EUNATCH),
        ("ENOCSI", Glibc.ENOCSI),
        ("EL2HLT", Glibc.EL2HLT),
        ("EBADE", Glibc.EBADE),
        ("EBADR", Glibc.EBADR),
        ("EXFULL", Glibc.EXFULL),
        ("ENOANO", Glibc.ENOANO),
        ("EBADRQC", Glibc.EBADRQC),
        ("EBADSLT", Glibc.EBADSLT),
        ("EBFONT", Glibc.EBFONT),
        ("ENOSTR", Glibc.ENOSTR),
        ("ENODATA", Glibc.ENODATA),
        ("ETIME", Glibc.ETIME),
        ("ENOSR", Glibc.ENOSR),
        ("ENONET", Glibc.ENONET),
        ("ENOPKG", Glibc.ENOPKG),
        ("EREMOTE", Glibc.EREMOTE),
        ("ENOLINK", Glibc.ENOLINK),
        ("EADV", Glibc.EADV),
        ("ESRMNT", Glibc.ESRMNT),
        ("ECOMM", Glibc.ECOMM),
        ("EPROTO", Glibc.EPROTO),
        ("EMULTIHOP", Glibc.EMULTIHOP),
        ("EDOTDOT", Glibc.EDOTDOT),
        ("EBADMSG", Glibc.EBADMSG),
        ("EOVERFLOW", Glibc.EOVERFLOW),
        ("ENOTUNIQ", Glibc.ENOTUNIQ),
        ("EBADFD", Glibc.EBADFD),
        ("EREMCHG", Glibc.EREMCHG),
        ("ELIBACC", Glibc.ELIBACC),
        ("ELIBBAD", Glibc.ELIBBAD),
        ("ELIBSCN", Glibc.ELIBSCN),
        ("ELIBMAX", Glibc.ELIBMAX),
        ("ELIBEXEC", Glibc.ELIBEXEC),
        ("EILSEQ", Glibc.EILSEQ),
        ("ERESTART", Glibc.ERESTART),
        ("ESTRPIPE", Glibc.ESTRPIPE),
        ("EUSERS", Glibc.EUSERS),
        ("ENOTSOCK", Glibc.ENOTSOCK),
        ("EDESTADDRREQ", Glibc.EDESTADDRREQ),
        ("EMSGSIZE", Glibc.EMSGSIZE),
        ("EPROTOTYPE", Glibc.EPROTOTYPE),
        ("ENOPROTOOPT", Glibc.ENOPROTOOPT),
        ("EPROTONOSUPPORT", Glibc.EPROTONOSUPPORT),
        ("ESOCKTNOSUPPORT", Glibc.ESOCKTNOSUPPORT),
        ("EOPNOTSUPP", Glibc.EOPNOTSUPP),
        ("EPFNOSUPPORT", Glibc.EPFNOSUPPORT),
        ("EAFNOSUPPORT", Glibc.EAFNOSUPPORT),
        ("EADDRINUSE", Glibc.EADDRINUSE),
        ("EADDRNOTAVAIL", Glibc.EADDRNOTAVAIL),
        ("ENETDOWN", Glibc.ENETDOWN),
        ("ENETUNREACH", Glibc.ENETUNREACH),
        ("ENETRESET", Glibc.ENETRESET),
        ("ECONNABORTED", Glibc.ECONNABORTED),
        ("ECONNRESET", Glibc.ECONNRESET),
        ("ENOBUFS", Glibc.ENOBUFS),
        ("EISCONN", Glibc.EISCONN),
        ("ENOTCONN", Glibc.ENOTCONN),
        ("ESHUTDOWN", Glibc.ESHUTDOWN),
        ("ETOOMANYREFS", Glibc.ETOOMANYREFS),
        ("ETIMEDOUT", Glibc.ETIMEDOUT),
        ("ECONNREFUSED", Glibc.ECONNREFUSED),
        ("EHOSTDOWN", Glibc.EHOSTDOWN),
        ("EHOSTUNREACH", Glibc.EHOSTUNREACH),
        ("EALREADY", Glibc.EALREADY),
        ("EINPROGRESS", Glibc.EINPROGRESS),
        ("ESTALE", Glibc.ESTALE),
        ("EUCLEAN", Glibc.EUCLEAN),
        ("ENOTNAM", Glibc.ENOTNAM),
        ("ENAVAIL", Glibc.ENAVAIL),
        ("EISNAM", Glibc.EISNAM),
        ("EREMOTEIO", Glibc.EREMOTEIO),
        ("EDQUOT", Glibc.EDQUOT),
        ("ENOMEDIUM", Glibc.ENOMEDIUM),
        ("EMEDIUMTYPE", Glibc.EMEDIUMTYPE),
        ("ECANCELED", Glibc.ECANCELED),
        ("ENOKEY", Glibc.ENOKEY),
        ("EKEYEXPIRED", Glibc.EKEYEXPIRED),
        ("EKEYREVOKED", Glibc.EKEYREVOKED),
        ("EKEYREJECTED", Glibc.EKEYREJECTED),
        ("EOWNERDEAD", Glibc.EOWNERDEAD),
        ("ENOTRECOVERABLE", Glibc.ENOTRECOVERABLE),
        ("ERFKILL", Glibc.ERFKILL),
    ]
}

extension ErrorNumber: Codable {
    /// Reads the error number from its name.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let number = ErrorNumber(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no errno `\(name)`")
        }
        self = number
    }

    /// Writes the error number as its name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
