import CKernelHeaders
import Model
import NetlinkCodec
import Testing

/// Holds the decoders to the table: what they say has a row, and each row of a netlink message is seen in a capture.
@Suite struct OperationTableTests {
    /// The numbers of the messages that rows name.
    static let messages: [String: Int] = [
        "RTM_NEWLINK": RTM_NEWLINK, "RTM_SETLINK": RTM_SETLINK, "RTM_DELLINK": RTM_DELLINK,
        "RTM_GETLINK": RTM_GETLINK, "RTM_NEWADDR": RTM_NEWADDR, "RTM_DELADDR": RTM_DELADDR,
        "RTM_GETADDR": RTM_GETADDR, "RTM_NEWROUTE": RTM_NEWROUTE, "RTM_DELROUTE": RTM_DELROUTE,
        "RTM_GETROUTE": RTM_GETROUTE, "RTM_NEWRULE": RTM_NEWRULE, "RTM_DELRULE": RTM_DELRULE,
        "RTM_GETRULE": RTM_GETRULE, "RTM_NEWNEIGH": RTM_NEWNEIGH, "RTM_DELNEIGH": RTM_DELNEIGH,
        "RTM_GETNEIGH": RTM_GETNEIGH, "RTM_NEWQDISC": RTM_NEWQDISC, "RTM_DELQDISC": RTM_DELQDISC,
        "RTM_GETQDISC": RTM_GETQDISC, "RTM_NEWNSID": RTM_NEWNSID, "RTM_GETNSID": RTM_GETNSID,
        "RTM_NEWLINKPROP": RTM_NEWLINKPROP,
        "RTM_DELLINKPROP": RTM_DELLINKPROP,
        "RTM_NEWTCLASS": RTM_NEWTCLASS,
        "RTM_DELTCLASS": RTM_DELTCLASS,
        "RTM_GETTCLASS": RTM_GETTCLASS,
        "RTM_NEWTFILTER": RTM_NEWTFILTER,
        "RTM_DELTFILTER": RTM_DELTFILTER,
        "RTM_GETTFILTER": RTM_GETTFILTER,
        "RTM_NEWCHAIN": RTM_NEWCHAIN,
        "RTM_DELCHAIN": RTM_DELCHAIN,
        "RTM_GETCHAIN": RTM_GETCHAIN,
        "RTM_NEWACTION": RTM_NEWACTION,
        "RTM_DELACTION": RTM_DELACTION,
        "RTM_GETACTION": RTM_GETACTION,
        "RTM_NEWVLAN": RTM_NEWVLAN,
        "RTM_GETVLAN": RTM_GETVLAN,
        "RTM_NEWMDB": RTM_NEWMDB,
        "RTM_DELMDB": RTM_DELMDB,
        "RTM_GETMDB": RTM_GETMDB,
        "RTM_NEWNEXTHOP": RTM_NEWNEXTHOP,
        "RTM_DELNEXTHOP": RTM_DELNEXTHOP,
        "RTM_GETNEXTHOP": RTM_GETNEXTHOP,
        "RTM_GETNEXTHOPBUCKET": RTM_GETNEXTHOPBUCKET,
        "RTM_NEWADDRLABEL": RTM_NEWADDRLABEL,
        "RTM_DELADDRLABEL": RTM_DELADDRLABEL,
        "RTM_GETADDRLABEL": RTM_GETADDRLABEL,
        "RTM_SETNEIGHTBL": RTM_SETNEIGHTBL,
        "RTM_GETNEIGHTBL": RTM_GETNEIGHTBL,
        "RTM_GETNETCONF": RTM_GETNETCONF,
    ]

    private func operations(_ captures: [[UInt8]], _ protocol: Int32) -> [DecodedRequest] {
        captures.flatMap { RequestDecoder().decode($0, protocol: `protocol`).requests }
    }

    private var routes: [DecodedRequest] {
        operations(RequestDecoderTests.all.map(\.request), NETLINK_ROUTE)
    }

    @Test func whatACaptureIsSeenAsIsWhatItsRowSays() throws {
        for request in routes where request.operation != .rawRequest {
            guard case .rtnetlink(let names) = request.operation.origin else {
                Issue.record("\(request.operation.word) is not of rtnetlink")
                continue
            }
            let numbers = names.compactMap { Self.messages[$0] }
            #expect(numbers.count == names.count, "\(names) are not all messages")
            #expect(numbers.contains(Int(request.rawType)), "\(request.operation.word) came as \(request.rawType)")
        }
    }

    @Test func everyRowOfRtnetlinkHasACapture() {
        let seen = Set(routes.map(\.operation))
        for row in OperationTable.rows {
            if case .rtnetlink = row.origin { #expect(seen.contains(row), "no capture of \(row.word)") }
        }
    }

    @Test func everyRowOfNetfilterHasACapture() {
        let others = OtherProtocolTests.captures.filter { $0.protocol == NETLINK_NETFILTER }.map(\.request)
        let seen = Set(
            operations([CapturedBatch.file, CapturedBatch.getRules] + others, NETLINK_NETFILTER).map(\.operation))
        for row in OperationTable.rows {
            if case .nfnetlink = row.origin { #expect(seen.contains(row), "no capture of \(row.word)") }
        }
    }

    @Test func valuesAreOfTheTypesOfTheirKeys() {
        for request in routes {
            let row = request.operation
            #expect(row.argument.problem(withPattern: request.argument) == nil, "\(words(request))")
            for argument in request.arguments {
                let problem = row.qualifier(argument.name)?.value.problem(withPattern: argument.value)
                #expect(problem == nil, "\(words(request)): \(problem?.message ?? "")")
            }
        }
    }
}
