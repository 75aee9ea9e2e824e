import CKernelHeaders
import Model
import NetlinkCodec

/// What somebody set up for the packets of the devices of one namespace: disciplines, classes and filters.
struct TrafficDump {
    /// Without those that the kernel gave.
    var qdiscs: [QdiscRecord] = []
    var classes: [ClassRecord] = []
    var filters: [FilterRecord] = []

    /// The parents by which filters on the way in and on the way out are asked for (TC_H_MIN_INGRESS, TC_H_MIN_EGRESS).
    private static let wayIn: UInt32 = 0xffff_fff2, wayOut: UInt32 = 0xffff_fff3
    /// From here on the kernel chooses handles (`qdisc_alloc_handle`) where nobody does; those of ingress are above.
    private static let chosen: ClosedRange<UInt32> = 0x8000...0xfffe
    /// From here downwards the kernel chooses priorities (`tcf_auto_prio`).
    private static let chosenPriorities: ClosedRange<UInt32> = 0xbf00...0xc000

    /// One question where nobody has set up anything; then one a device with classes, and one a place of filters.
    static func of(_ asker: Asker) throws -> TrafficDump {
        var dump = TrafficDump(qdiscs: try asker.ask(.dumpQdiscs()))
        dump.qdiscs.removeAll(where: \.isOfKernel)
        guard !dump.qdiscs.isEmpty else { return dump }
        let withClasses = Set(dump.qdiscs.filter { ClassRecord.kindsWithClasses.contains($0.kind) }.map(\.index))
        for device in withClasses.sorted() {
            let classes: [ClassRecord] = try asker.ask(.dumpClasses(of: device))
            dump.classes += classes.filter { ClassRecord.kindsWithClasses.contains($0.kind) }
        }
        for (device, parent) in dump.places {
            let filters: [FilterRecord] = try asker.askIfThere(.dumpFilters(of: device, under: parent))
            dump.filters += filters.filter(\.isWhole)
        }
        return dump
    }

    /// Where filters may stand.
    private var places: [(device: UInt32, parent: UInt32)] {
        qdiscs.flatMap { qdisc in
            switch qdisc.kind {
            case "ingress": [(qdisc.index, TrafficDump.wayIn)]
            case "clsact": [(qdisc.index, TrafficDump.wayIn), (qdisc.index, TrafficDump.wayOut)]
            default: [(qdisc.index, qdisc.handle)]
            }
        } + classes.map { ($0.index, $0.handle) }
    }

    /// `qdisc PLACE dev DEV`, `class NUMBER dev DEV`, `filter PLACE dev DEV protocol P priority N`.
    func facts(by builder: FactBuilder) -> [Fact] {
        qdiscs.map { fact(of: $0, builder) } + classes.map { fact(of: $0, builder) }
            + filters.map { fact(of: $0, builder) }
    }

    private func fact(of qdisc: QdiscRecord, _ builder: FactBuilder) -> Fact {
        let device = builder.device(qdisc.index)
        let isNamed = !TrafficDump.chosen.contains(qdisc.handle >> 16) && qdisc.handle >> 16 != 0xffff
        return builder.fact(
            "qdisc", "\(place(qdisc.parent, on: qdisc.index)) dev \(device)",
            [
                "dev": device, "type": qdisc.kind, "handle": isNamed ? TrafficHandle.text(qdisc.handle) : nil,
                "block": qdisc.blocks.isEmpty ? nil : qdisc.blocks.map { String($0) }.joined(separator: ", "),
                "settings": qdisc.settings.isEmpty ? nil : Digest.of(qdisc.settings),
            ])
    }

    private func fact(of record: ClassRecord, _ builder: FactBuilder) -> Fact {
        let device = builder.device(record.index)
        return builder.fact(
            "class", "\(number(record.handle, on: record.index)) dev \(device)",
            [
                "dev": device, "type": record.kind, "parent": place(record.parent, on: record.index),
                "settings": record.settings.isEmpty ? nil : Digest.of(record.settings),
            ])
    }

    private func fact(of filter: FilterRecord, _ builder: FactBuilder) -> Fact {
        let device = builder.device(filter.index)
        let priority = TrafficDump.chosenPriorities.contains(filter.priority) ? "auto" : String(filter.priority)
        let chain = filter.chain == 0 ? "" : " chain \(filter.chain)"
        let protocolName = KernelNames.etherType(filter.etherType)
        var digest = Digest()
        digest.add(filter.settings)
        for action in filter.actions { digest.add(action.settings) }
        return builder.fact(
            "filter",
            "\(place(filter.parent, on: filter.index)) dev \(device) protocol \(protocolName) priority \(priority)\(chain)",
            [
                "dev": device, "type": filter.kind, "protocol": protocolName, "priority": priority,
                "chain": filter.chain == 0 ? nil : String(filter.chain),
                "flowid": filter.classID.flatMap { $0 == 0 ? nil : number($0, on: filter.index) },
                "action": filter.actions.isEmpty
                    ? nil : filter.actions.map { text($0, builder) }.joined(separator: ", "),
                "settings": digest.shortText,
            ])
    }

    private func text(_ action: FilterAction, _ builder: FactBuilder) -> String {
        let device = action.device.map { "dev \(builder.device($0))" }
        return [action.kind, action.words, device ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// `root`, `ingress`, `egress`, or the number of what it stands under.
    private func place(_ parent: UInt32, on device: UInt32) -> String {
        let word = TrafficHandle.place(parent) ?? "root"
        return word.contains(":") ? number(parent, on: device) : word
    }

    /// A number as tc(8) writes it; `root:1` where the kernel chose that of the discipline, which differs between runs.
    private func number(_ handle: UInt32, on device: UInt32) -> String {
        guard TrafficDump.chosen.contains(handle >> 16),
            let owner = qdiscs.first(where: { $0.index == device && $0.handle >> 16 == handle >> 16 })
        else { return TrafficHandle.text(handle) }
        let minor = handle & 0xffff
        return place(owner.parent, on: device) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
    }
}
