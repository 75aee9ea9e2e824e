import Model

extension FaultKind {
    /// `link.replace`: a device of the same name is there, with another index.
    static let linkReplace = FaultKind.change(
        "link.replace", .device, cause: "another agent deletes the device and makes it again"
    ) { .replaceLink(object: $0.object) }
}
