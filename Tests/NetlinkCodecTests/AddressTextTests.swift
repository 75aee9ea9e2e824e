import NetlinkCodec
import Testing

@Suite struct AddressTextTests {
    @Test(arguments: [
        ("10.1.0.1", "10.1.0.1"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("fe80::", "fe80::"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func canonical(text: String, expected: String) {
        #expect(IPAddress(text)?.description == expected)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.+4", "1..2.3", ":", ":::", "1::2::3", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1:", ":1", "1::1.2.3", "::1.2.3.4:5", "fe80::1%eth0",
        "1:2:3:4:5:6:7::8",
        "::+1", "٣.1.1.1",
    ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func prefixes() throws {
        #expect(IPPrefix("10.1.0.1/24")?.description == "10.1.0.1/24")
        #expect(IPPrefix("10.1.0.1")?.description == "10.1.0.1/32")
        #expect(IPPrefix("10.1.255.1/17")?.network.description == "10.1.128.0/17")
        #expect(IPPrefix("0.0.0.0/0")?.network.description == "0.0.0.0/0")
        #expect(IPPrefix("2001:db8::ffff/64")?.network.description == "2001:db8::/64")
        for wrong in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "/8", "10.0.0.0/8/8", "10.0.0.0/+8"] {
            #expect(IPPrefix(wrong) == nil, "\(wrong)")
        }
        let prefix = try #require(IPPrefix("10.1.0.0/23"))
        #expect(prefix.contains(try #require(IPAddress("10.1.1.255"))))
        #expect(!prefix.contains(try #require(IPAddress("10.1.2.0"))))
        #expect(!prefix.contains(try #require(IPAddress("::1"))))
    }

    @Test func macs() {
        #expect(MACAddress("02:00:00:AB:00:0c")?.description == "02:00:00:ab:00:0c")
        #expect(MACAddress(bytes: [0, 1, 255])?.description == "00:01:ff")
        for wrong in ["", "02:00:00:00:00", "2:0:0:0:0:0", "02:00:00:00:00:0g", "+2:00:00:00:00:00"] {
            #expect(MACAddress(wrong) == nil, "\(wrong)")
        }
    }

    @Test func order() throws {
        let addresses = ["::1", "10.0.0.2", "9.0.0.0"].compactMap { IPAddress($0) }
        #expect(addresses.sorted().map(\.description) == ["9.0.0.0", "10.0.0.2", "::1"])
    }
}
