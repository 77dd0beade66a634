import Essentials
import Foundation
import Testing

/// Foundation, which the commands do without, is the independent answer.
@Suite("Text is made as Foundation makes it")
struct TextTests {
    @Test(
        "numbers as C prints them",
        arguments: ["%.2f", "%.1f", "%.0f", "%.4g", "%+.4g", "%8.1f ms"],
        [0, 0.005, 2.5, -1.0 / 3, 1e-7, 123_456.789, 1e300, .infinity])
    func numbers(format: String, value: Double) {
        #expect(String(printf: format, value) == String(format: format, value))
    }

    @Test("whole numbers and percent signs") func wholeNumbers() {
        #expect(String(printf: "%d:%02d:%02d h, 100 %%", 1, 2, 3) == "1:02:03 h, 100 %")
        #expect(String(printf: "#%06x", UInt32(0xABC)) == "#000abc")
    }

    @Test("what is around text is taken off") func trimming() {
        for scalar in (UInt32(0)..<0x1_0000).compactMap(Unicode.Scalar.init) {
            let text = "\(scalar) a\(scalar)b \(scalar)\(scalar)"
            #expect(text.trimmingSpaces() == text.trimmingCharacters(in: .whitespaces), "\(scalar.value)")
            #expect(text.trimmingWhitespace() == text.trimmingCharacters(in: .whitespacesAndNewlines), "\(scalar.value)")
        }
        #expect(" \t ".trimmingSpaces() == "" && "".trimmingWhitespace() == "")
    }

    @Test("paths", arguments: ["aa/bb.h5", "aa", "/aa", "/aa/bb.cc/dd", "./aa", ".hidden", "aa.tar.gz", "aa.b/cc"])
    func paths(path: String) {
        let other = path as NSString
        #expect(path.folderOfPath == other.deletingLastPathComponent)
        #expect(path.appendingPath("zz") == other.appendingPathComponent("zz"))
        #expect(path.withoutPathExtension == other.deletingPathExtension)
    }

    @Test("paths that end with a slash, or are short") func shortPaths() {
        #expect("a/b/".folderOfPath == "a" && "a//b".folderOfPath == "a" && "/".folderOfPath == "/" && "a".folderOfPath == "")
        #expect("".appendingPath("b") == "b" && "/".appendingPath("b") == "/b" && "a/".appendingPath("b") == "a/b")
    }

    @Test("signs are replaced whatever is behind them", arguments: ["", "\u{301}", "\u{FE0F}", "\u{200D}", "\n"])
    func scalars(mark: String) {
        #expect(Array("a|\(mark)b".replacing(scalar: "|", with: "\\|").utf8) == Array("a\\|\(mark)b".utf8))
        #expect("a\r\nb\u{2028}c\u{1B}d\te".onOneLine == "a  b c d e")
        #expect(String(percent: Float(0.875)) == "88" && String(percent: Float.greatestFiniteMagnitude) == "inf")
    }

    @Test(
        "names that an object in JSON has twice",
        arguments: [
            #"{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 1}]}"#: nil, #"{"a": 1, "a": 2}"#: "a",
            #"{"x": {"é": 1, "\u00e9": 2}}"#: "é",
            #"[{"a": "b", "b": "a\\"}, "a", "a"]"#: nil, #"{"a": ["}", {"b": "{\"a\":"}], "b": {}, "a": 0}"#: "a",
            #"["a", "a"]"#: nil,
        ])
    func repeatedNames(text: String, expected: String?) { #expect(JSONValue.repeatedName(in: Data(text.utf8)) == expected) }

    /// But for Tibetan vowels of two parts and what is beyond U+FFFF, where Foundation does not compose.
    @Test("normal forms of Unicode", arguments: ["", "\u{301}", "\u{323}\u{301}"])
    func normalForms(marks: String) {
        for scalar in (UInt32(0xA0)..<0x1_0000).compactMap(Unicode.Scalar.init)
        where scalar.properties.generalCategory != .unassigned && !(0xF73...0xF81).contains(scalar.value) {
            let text = "a\(scalar)\(marks)"
            #expect(text.normalized(.c).unicodeScalars.elementsEqual(text.precomposedStringWithCanonicalMapping.unicodeScalars))
            #expect(text.normalized(.d).unicodeScalars.elementsEqual(text.decomposedStringWithCanonicalMapping.unicodeScalars))
        }
        // As Python's unicodedata has them.
        #expect("a\u{F73}\u{301}".normalized(.c).unicodeScalars.map(\.value) == [0xE1, 0xF71, 0xF72])
        #expect("ｅ\u{301}ﬁ①".normalized(.kc).unicodeScalars.map(\.value) == [0xE9, 0x66, 0x69, 0x31])
    }
}
