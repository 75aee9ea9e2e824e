extension Unicode.Scalar {
    /// Whether it steers a terminal, turns the direction of writing, hides between letters or may not stand in XML.
    ///
    /// A text that is to be read again has it as its number.
    public var isHidden: Bool {
        if value < 0x7f { return value < 0x20 }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        // Variation selectors and their like draw nothing of their own.
        default: properties.isDefaultIgnorableCodePoint
        }
    }

    /// Its number in hexadecimal, with zeros before it up to so many digits.
    func hexadecimal(_ count: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}
