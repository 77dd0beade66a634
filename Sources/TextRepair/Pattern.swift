import CPCRE2

/// A regular expression that is part of the program, in the syntax of PCRE2 with `\u` as in JavaScript; it matches no empty text.
///
/// By PCRE2 and not `Regex`, which before Swift 6.2 cannot look behind.
struct Pattern: Sendable {
    /// Never freed: patterns are as old as the program.
    private nonisolated(unsafe) let code: OpaquePointer

    init(_ pattern: String) {
        var pattern = pattern
        code = pattern.withUTF8 { bytes in
            var (error, offset): (Int32, Int) = (0, 0)
            let options = PCRE2_UTF | PCRE2_UCP | PCRE2_ALT_BSUX
            guard let code = pcre2_compile_8(bytes.baseAddress, bytes.count, options, &error, &offset, nil) else {
                preconditionFailure("a pattern is wrong at its byte \(offset): error \(error)")
            }
            return code
        }
    }

    func matches(in text: String) -> Bool { !ranges(in: Array(text.utf8), atMost: 1).isEmpty }

    /// Replaces every match by what `replacement` makes of it.
    func replacing(in text: String, with replacement: (String) -> String) -> String {
        let bytes = Array(text.utf8)
        let found = ranges(in: bytes)
        guard !found.isEmpty else { return text }
        var result = ""
        var end = 0
        for range in found {
            result += String(decoding: bytes[end..<range.lowerBound], as: UTF8.self)
            result += replacement(String(decoding: bytes[range], as: UTF8.self))
            end = range.upperBound
        }
        return result + String(decoding: bytes[end...], as: UTF8.self)
    }

    /// Where a text matches, in bytes, from its beginning on.
    private func ranges(in text: [UInt8], atMost limit: Int = .max) -> [Range<Int>] {
        guard !text.isEmpty, let match = pcre2_match_data_create_from_pattern_8(code, nil) else { return [] }
        defer { pcre2_match_data_free_8(match) }
        let places = pcre2_get_ovector_pointer_8(match)
        var found: [Range<Int>] = []
        var start = 0
        while found.count < limit, start < text.count,
            pcre2_match_8(code, text, text.count, start, PCRE2_NO_UTF_CHECK, match, nil) > 0, let places
        {
            found.append(Int(places[0])..<Int(places[1]))
            start = Int(places[1])
        }
        return found
    }
}
