private let privilege = ("EPERM", "no CAP_NET_ADMIN in the namespace")
private let noDevice = ("ENODEV", "the device is gone")
private let noBuffer = ("ENOBUFS", "memory")
private let noMemory = ("ENOMEM", "memory")
private let isThere = ("EEXIST", "it is there")
private let badValue = ("EINVAL", "a value that it does not take, or no discipline that has such")
private let scheduler = "net/sched/sch_api.c"
private let classifier = "net/sched/cls_api.c"
private let action = "net/sched/act_api.c"

extension OperationRow {
    private static let ofClass: [Qualifier] = [
        .init("dev", .device), .init("parent", .text), .init("type", .text),
    ]
    private static let newClass = ofClass + [.init("settings", .text)]
    private static let noClass = ("ENOENT", "it is not there, or the discipline is gone")

    /// `class.add`: RTM_NEWTCLASS with NLM_F_CREATE and NLM_F_EXCL.
    public static let classAdd = OperationRow(
        "class.add", .text, newClass, from: .rtnetlink(["RTM_NEWTCLASS"]), [.init(.makes, "class")],
        .at("\(scheduler): tc_ctl_tclass()", [privilege, isThere, noDevice, noClass, badValue, noBuffer]),
        "adds a class to a queueing discipline, by its number")

    /// `class.replace`: RTM_NEWTCLASS with NLM_F_CREATE.
    public static let classReplace = OperationRow(
        "class.replace", .text, newClass, from: .rtnetlink(["RTM_NEWTCLASS"]), [.init(.makes, "class")],
        .at("\(scheduler): tc_ctl_tclass()", [privilege, noDevice, noClass, badValue, noBuffer]),
        "adds a class, or changes the one that is there")

    /// `class.change`: RTM_NEWTCLASS without NLM_F_CREATE.
    public static let classChange = OperationRow(
        "class.change", .text, newClass, from: .rtnetlink(["RTM_NEWTCLASS"]), [.init(.changes, "class")],
        .at("\(scheduler): tc_ctl_tclass()", [privilege, noDevice, noClass, badValue]), "changes a class")

    /// `class.delete`: RTM_DELTCLASS.
    public static let classDelete = OperationRow(
        "class.delete", .text, ofClass, from: .rtnetlink(["RTM_DELTCLASS"]), [.init(.removes, "class")],
        .at(
            "\(scheduler): tc_ctl_tclass()", [privilege, noDevice, noClass, ("EBUSY", "a filter or a class needs it")]),
        "deletes a class")

    /// `class.list`: RTM_GETTCLASS.
    public static let classList = OperationRow(
        "class.list", .text, ofClass, from: .rtnetlink(["RTM_GETTCLASS"]), [.init(.observes, "class")],
        .at("\(scheduler): tc_dump_tclass()", [noDevice, noClass, noBuffer]), "asks for classes")

    static let classes: [OperationRow] = [classAdd, classReplace, classChange, classDelete, classList]
}

extension OperationRow {
    private static let ofFilter: [Qualifier] = [
        .init("dev", .device), .init("block", .number(0...4_294_967_295)), .init("priority", .number(0...65_535)),
        .init("protocol", .text), .init("type", .text), .init("handle", .text),
        .init("chain", .number(0...4_294_967_295)),
    ]
    private static let newFilter = ofFilter + [.init("settings", .text)]
    private static let noFilter = ("ENOENT", "it is not there, or unknown type")

    /// `filter.add`: RTM_NEWTFILTER with NLM_F_CREATE and NLM_F_EXCL.
    public static let filterAdd = OperationRow(
        "filter.add", .text, newFilter, from: .rtnetlink(["RTM_NEWTFILTER"]), [.init(.makes, "filter")],
        .at("\(classifier): tc_new_tfilter()", [privilege, isThere, noDevice, noFilter, badValue, noBuffer]),
        "adds a filter, by where it stands: `ingress`, `egress` or a discipline")

    /// `filter.replace`: RTM_NEWTFILTER with NLM_F_CREATE.
    public static let filterReplace = OperationRow(
        "filter.replace", .text, newFilter, from: .rtnetlink(["RTM_NEWTFILTER"]), [.init(.makes, "filter")],
        .at("\(classifier): tc_new_tfilter()", [privilege, noDevice, noFilter, badValue, noBuffer]),
        "adds a filter, or changes the one that is there")

    /// `filter.change`: RTM_NEWTFILTER without NLM_F_CREATE.
    public static let filterChange = OperationRow(
        "filter.change", .text, newFilter, from: .rtnetlink(["RTM_NEWTFILTER"]), [.init(.changes, "filter")],
        .at("\(classifier): tc_new_tfilter()", [privilege, noDevice, noFilter, badValue]), "changes a filter")

    /// `filter.delete`: RTM_DELTFILTER.
    public static let filterDelete = OperationRow(
        "filter.delete", .text, ofFilter, from: .rtnetlink(["RTM_DELTFILTER"]), [.init(.removes, "filter")],
        .at("\(classifier): tc_del_tfilter()", [privilege, noDevice, noFilter, badValue]),
        "deletes a filter, or all of a priority")

    /// `filter.list`: RTM_GETTFILTER.
    public static let filterList = OperationRow(
        "filter.list", .text, ofFilter, from: .rtnetlink(["RTM_GETTFILTER"]), [.init(.observes, "filter")],
        .at("\(classifier): tc_dump_tfilter()", [noDevice, noFilter, noBuffer]), "asks for filters")

    static let filters: [OperationRow] = [filterAdd, filterReplace, filterChange, filterDelete, filterList]
}

extension OperationRow {
    private static let ofChain: [Qualifier] = [
        .init("dev", .device), .init("block", .number(0...4_294_967_295)), .init("parent", .text),
        .init("type", .text), .init("settings", .text),
    ]

    /// `tc-chain.add`: RTM_NEWCHAIN.
    public static let chainAdd = OperationRow(
        "tc-chain.add", .text, ofChain, from: .rtnetlink(["RTM_NEWCHAIN"]),
        [.init(.changes, "link", key: "dev", attribute: "chains")],
        .at("\(classifier): tc_ctl_chain()", [privilege, isThere, noDevice, badValue, noMemory]),
        "makes a chain of filters, by its number")

    /// `tc-chain.delete`: RTM_DELCHAIN.
    public static let chainDelete = OperationRow(
        "tc-chain.delete", .text, ofChain, from: .rtnetlink(["RTM_DELCHAIN"]),
        [.init(.changes, "link", key: "dev", attribute: "chains")],
        .at("\(classifier): tc_ctl_chain()", [privilege, ("EINVAL", "it is not there"), noDevice]),
        "deletes a chain of filters")

    /// `tc-chain.list`: RTM_GETCHAIN.
    public static let chainList = OperationRow(
        "tc-chain.list", .text, ofChain, from: .rtnetlink(["RTM_GETCHAIN"]), [.init(.observes, "link", key: "dev")],
        .at("\(classifier): tc_dump_chain()", [noDevice, noBuffer]), "asks for chains of filters")

    private static let ofAction: [Qualifier] = [.init("index", .number(0...4_294_967_295), isList: true)]
    private static let newAction = ofAction + [.init("settings", .text)]

    /// `tc-action.add`: RTM_NEWACTION.
    public static let actionAdd = OperationRow(
        "tc-action.add", .text, newAction, from: .rtnetlink(["RTM_NEWACTION"]), [.init(.makes, "tc-action")],
        .at(
            "\(action): tc_ctl_action()",
            [privilege, isThere, ("ENOENT", "unknown type"), noDevice, badValue, noMemory]),
        "makes an action of its own for packets, by its type")

    /// `tc-action.replace`: RTM_NEWACTION with NLM_F_REPLACE.
    public static let actionReplace = OperationRow(
        "tc-action.replace", .text, newAction, from: .rtnetlink(["RTM_NEWACTION"]), [.init(.makes, "tc-action")],
        .at("\(action): tc_ctl_action()", [privilege, ("ENOENT", "unknown type"), noDevice, badValue, noMemory]),
        "makes an action of its own, or changes the one that is there")

    /// `tc-action.delete`: RTM_DELACTION, of some or of all of a type.
    public static let actionDelete = OperationRow(
        "tc-action.delete", .text, ofAction, from: .rtnetlink(["RTM_DELACTION"]), [.init(.removes, "tc-action")],
        .at(
            "\(action): tca_action_gd()",
            [("EPERM", "no CAP_NET_ADMIN in the namespace, or a filter has it"), ("ENOENT", "it is not there")]),
        "deletes actions of their own, all of the type where no number is said")

    /// `tc-action.list`: RTM_GETACTION.
    public static let actionList = OperationRow(
        "tc-action.list", .text, ofAction, from: .rtnetlink(["RTM_GETACTION"]), [.init(.observes, "tc-action")],
        .at("\(action): tc_dump_action()", [("ENOENT", "it is not there"), noBuffer]), "asks for actions of their own")

    static let chainsAndActions: [OperationRow] = [
        chainAdd, chainDelete, chainList, actionAdd, actionReplace, actionDelete, actionList,
    ]
}
