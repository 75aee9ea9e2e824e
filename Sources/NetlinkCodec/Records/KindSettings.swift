import CKernelHeaders
import Model

/// The settings of a kind of device (`IFLA_INFO_DATA`), in the words of ip-link(8).
///
/// One table for what agents ask and for what states show, so that the two can be compared.
public enum KindSettings {
    /// `id 42 remote 10.0.0.1 dstport 4789`: what of the settings differs from the kernel's own; nil for a kind that is not in the table.
    public static func changed(_ kind: String, _ payload: [UInt8]) -> String? {
        LinkKinds.table[kind].map { text($0, payload, links: LinkKinds.lowerDevices[kind], withUsual: false) }
    }

    /// All that is asked, also what is as usual; nil for a kind that is not in the table.
    static func all(_ kind: String, _ payload: [UInt8]) -> String? {
        LinkKinds.table[kind].map { text($0, payload, links: LinkKinds.lowerDevices[kind], withUsual: true) }
    }

    /// The settings with which a device of that kind is made again: those that differ from the kernel's own, as they came, and the
    /// device below; nil for a kind that is not in the table.
    public static func forAnother(_ kind: String, _ payload: [UInt8]) -> [RawAttribute]? {
        guard let settings = LinkKinds.table[kind] else { return nil }
        return RawAttribute.all(in: payload).filter { attribute in
            // The device below stands in the same namespace.
            if Int(attribute.type) == LinkKinds.lowerDevices[kind] { return attribute.bytes.contains { $0 != 0 } }
            guard let setting = settings.first(where: { $0.type == Int(attribute.type) }),
                let text = text(attribute.bytes, setting.form)
            else { return false }
            // Whether there is a key is said by a flag, so that one is no flaw of a tunnel without any.
            let isFlagOfKeys = setting.word == "iflags" || setting.word == "oflags"
            return !setting.usual.contains(text) || isFlagOfKeys && text != "0"
        }
    }

    /// The settings with which a new device is made.
    ///
    /// - Parameters:
    ///   - words: As `LinkKinds.settings` reads them.
    ///   - lower: The index of the device below, for the kinds whose settings say it.
    /// - Throws: ``LinkSettingProblem``.
    public static func asked(_ words: String, of kind: String, lower: UInt32?) throws(LinkSettingProblem)
        -> [RawAttribute]
    {
        let settings = try LinkKinds.settings(words, of: kind)
        var all = settings.map { RawAttribute(type: UInt16($0.setting.type), bytes: bytes($0.value, $0.setting)) }
        // Whether there is a key is said by a flag (`GRE_KEY` of linux/if_tunnel.h).
        for (key, flags) in [("ikey", "iflags"), ("okey", "oflags")] {
            let said = settings.map(\.setting.word)
            guard said.contains(key), !said.contains(flags),
                let setting = LinkKinds.table[kind]?.first(where: { $0.word == flags })
            else { continue }
            all.append(RawAttribute(type: UInt16(setting.type), bytes: [0x20, 0]))
        }
        if let lower, let type = LinkKinds.lowerDevices[kind] {
            all.append(RawAttribute(type: UInt16(type), bytes: bytes(UInt64(lower), 4)))
        }
        return all
    }

    /// A value that ``LinkKinds`` has accepted.
    private static func bytes(_ value: String, _ setting: LinkSetting) -> [UInt8] {
        switch setting.form {
        case .number(let length), .word(_, let length): bytes(setting.number(value) ?? 0, length)
        case .bigEndian(let length):
            Array(withUnsafeBytes(of: (setting.number(value) ?? 0).bigEndian, Array.init).suffix(length))
        case .address: Prefix(value)?.bytes ?? []
        case .hardwareAddress: MACAddress(value)?.bytes ?? []
        case .presence, .digest: []
        }
    }

    /// A number in the machine's byte order, which is that of all machines on which this runs.
    private static func bytes(_ number: UInt64, _ length: Int) -> [UInt8] {
        Array(withUnsafeBytes(of: number.littleEndian, Array.init).prefix(length))
    }

    private static func text(_ settings: [LinkSetting], _ payload: [UInt8], links: Int?, withUsual: Bool) -> String {
        var values: [Int: [UInt8]] = [:]
        for attribute in RawAttribute.all(in: payload) { values[Int(attribute.type)] = attribute.bytes }
        let words = settings.compactMap { setting -> String? in
            guard let value = values.removeValue(forKey: setting.type),
                let text = text(value, setting.form), withUsual || !setting.usual.contains(text)
            else { return nil }
            if case .presence = setting.form { return setting.word }
            return "\(setting.word) \(text)"
        }
        let rest =
            withUsual
            ? values.filter { $0.key != links }.sorted { $0.key < $1.key }.map { type, value in
                "other \(type)" + (value.isEmpty ? "" : " \(Digest.of(value))")
            } : []
        return (words + rest).joined(separator: " ")
    }

    private static func text(_ value: [UInt8], _ form: LinkSetting.Form) -> String? {
        let attribute = RawAttribute(type: 0, bytes: value)
        switch form {
        case .number: return attribute.number(bytes: min(8, value.count))
        case .bigEndian: return attribute.number(bytes: min(4, value.count), isBigEndian: true)
        // What is not told is an address of zeros in an answer.
        case .address: return value.allSatisfy { $0 == 0 } ? nil : IPAddress(bytes: value)?.description
        case .hardwareAddress: return MACAddress(bytes: value)?.description
        case .presence: return ""
        case .word(let names, _):
            return attribute.number(bytes: min(8, value.count)).map { number in
                Int(number).flatMap { names[$0] } ?? number
            }
        case .digest: return value.allSatisfy { $0 == 0 } ? nil : Digest.of(value)
        }
    }
}
