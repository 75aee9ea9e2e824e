/// One object of nftables that can be deleted by itself.
public enum NftObject: Sendable {
    /// A table, with all that is in it.
    case table(NftTable)
    /// A chain, with its rules.
    case chain(NftChain)
    /// A rule.
    case rule(NftRule)
    /// A set, with its elements.
    case set(NftSet)
    /// An element of a set; where a range is two elements, both.
    case element([NftElement], of: NftSet)
}
