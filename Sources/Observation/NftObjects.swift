public import Kernel
public import Model
public import NetlinkCodec

extension FactBuilder {
    /// Every object of nftables in a namespace with what a state calls it.
    ///
    /// - Parameter socket: A socket of that namespace.
    public func nftObjects(over socket: NetlinkSocket) throws -> [(object: NftObject, fact: Fact)] {
        let dump = try NftDump.of(Asker(socket: socket, role: namespace))
        return dump.objects(by: self)
    }
}

extension NftDump {
    /// The objects with their facts; the elements of a set without a name, and of a large one, are none of their own.
    func objects(by builder: FactBuilder) -> [(object: NftObject, fact: Fact)] {
        var all: [(object: NftObject, fact: Fact)] = []
        all += zip(tables.map { .table($0) }, tableFacts(builder)).map { ($0, $1) }
        all += zip(chains.map { .chain($0) }, chainFacts(builder)).map { ($0, $1) }
        all += zip(rules.map { .rule($0) }, ruleFacts(builder)).map { ($0, $1) }
        for (set, elements) in zip(sets, elements) {
            let facts = setFacts(set, elements, builder)
            guard let fact = facts.first else { continue }
            all.append((.set(set), fact))
            for fact in facts.dropFirst() {
                let place = "element \(set.family) \(set.table) \(set.name) "
                let key = fact.identity.name.dropFirst(place.count)
                // The end of a range goes with its beginning.
                guard let element = elements.first(where: { !$0.isIntervalEnd && set.text(of: $0) == key }) else {
                    continue
                }
                all.append((.element(set.whole(element, among: elements), of: set), fact))
            }
        }
        return all
    }
}

extension NftSet {
    /// An element and, where the kernel keeps a range as two elements, the end of it.
    fileprivate func whole(_ element: NftElement, among all: [NftElement]) -> [NftElement] {
        guard isOfRanges, element.end == nil else { return [element] }
        let ends = all.filter { $0.isIntervalEnd && element.key.lexicographicallyPrecedes($0.key) }
        return [element] + (ends.min { $0.key.lexicographicallyPrecedes($1.key) }.map { [$0] } ?? [])
    }
}
