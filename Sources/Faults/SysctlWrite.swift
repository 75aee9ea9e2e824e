import Model

extension FaultKind {
    /// `sysctl.write`: a kernel setting is another than the agent left.
    static let sysctlWrite = FaultKind.change(
        "sysctl.write", .text, [.required("value", .text)],
        cause: "an operator, a package's post-install script, or another agent writes the setting",
        isReversible: true,
        conflict: { phrase in
            // Any other setting is the whole machine's, and no host's to change.
            phrase.argument.hasPrefix("net.") || phrase.argument.hasPrefix("net/")
                ? nil
                : FaultProblem(
                    key: phrase.word, message: "`\(phrase.argument)` is no setting of a network namespace: `net.…`")
        }
    ) { phrase in
        phrase.qualifiers["value"].map {
            .writeSysctl(SysctlSpecification(sysctl: phrase.argument, value: $0, namespace: phrase.namespaceOrHost))
        }
    }
}
