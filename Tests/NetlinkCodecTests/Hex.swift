import NetlinkCodec

/// The bytes of hexadecimal digits; white space between them does not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The hexadecimal digits of bytes.
func digits(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The request's words on one line: `noun.verb which name=value ...`.
func words(_ request: DecodedRequest) -> String {
    ([request.operation.word, request.argument] + request.arguments.map(\.description))
        .joined(separator: " ")
}
