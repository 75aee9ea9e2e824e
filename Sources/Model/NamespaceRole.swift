/// The names that namespaces go by in keys and reports.
///
/// A namespace is called by the name it was first given: `pod`. The next one under the same name is `pod'`. One that
/// never had a name is `ns(ip)#1`, the first that the lineage `ip` made. In a snapshot, one that lost its name is `pod (deleted)`.
public enum NamespaceRole {
    /// The mark of a namespace that bears its name no more.
    public static let deletedMark = " (deleted)"

    /// The name behind a role: `pod` of `pod''` and of `pod (deleted)`.
    public static func name(_ role: String) -> String {
        var text = Substring(role)
        if text.hasSuffix(deletedMark) { text = text.dropLast(deletedMark.count) }
        while text.hasSuffix("'") { text = text.dropLast() }
        return String(text)
    }

    /// Whether the text of an `in` means the namespace with this role: `in: pod` also means `pod'`.
    public static func pattern(_ text: String, means role: String) -> Bool {
        let pattern = Pattern(text)
        return pattern.matches(role) || pattern.matches(name(role))
    }
}
