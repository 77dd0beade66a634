import Terminal
import Testing

@Suite struct EscapedTextTests {
    @Test func plainTextOfEveryScriptStays() {
        for text in ["", "cat", "Größe 3 % – „x“", "می‌خواهم", "क्‍ष", "👩‍👩‍👧", "日本語", "עברית", "e\u{301}"] {
            #expect(text.escapingControls() == text)
            #expect(text.escapingControlsInJSON == text)
        }
    }

    @Test func whatATerminalObeysIsShown() {
        #expect("\u{1B}[31mred\u{7}".escapingControls() == "\\u{1B}[31mred\\u{7}")
        #expect("a\nb\tc".escapingControls() == "a\\u{A}b\\u{9}c")
        #expect("a\nb\tc\r".escapingControls(keepingLines: true) == "a\nb\tc\\u{D}")
        #expect("gpj.\u{202E}exe".escapingControls() == "gpj.\\u{202E}exe")
        #expect("\u{9B}31m\u{7F}\u{2028}\u{FEFF}\u{2066}".escapingControls() == "\\u{9B}31m\\u{7F}\\u{2028}\\u{FEFF}\\u{2066}")
        #expect("\"\u{9B}\u{E0041}\"".escapingControlsInJSON == "\"\\u009b\\udb40\\udc41\"")
    }

    @Test func nothingObeyedIsLeft() {
        for value in 0...0x2FFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = String(Character(scalar)).escapingControls()
            let isObeyed = [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
            #expect((shown == String(Character(scalar))) == (!isObeyed || value == 0x200C || value == 0x200D))
        }
    }
}
