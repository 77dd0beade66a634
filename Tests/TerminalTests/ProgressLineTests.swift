import Terminal
import Testing

/// What a progress bar says at every width.
struct ProgressLineTests {
    private let line = ProgressLine(
        title: "fine-tuning", done: 1_500, total: 2_800, unit: "images", seconds: 100, note: "epoch 3, loss 1.234")

    @Test func aWideTerminalGetsAll() {
        let text = line.fitted(to: 120)
        #expect(
            text == "fine-tuning ████████████░░░░░░░░░░░░ 1,500/2,800 images  15.0 images/s  1:27 left  epoch 3, loss 1.234")
    }

    @Test func aNarrowOneGetsWholePartsTheMostImportantFirst() {
        #expect(line.fitted(to: 79) == "fine-tuning ███████████░░░░░░░░░░░ 1,500/2,800 images  15.0 images/s  1:27 left")
        #expect(line.fitted(to: 53) == "fine-tuning █████░░░░░░ 1,500/2,800 images  1:27 left")
        #expect(line.fitted(to: 39) == "fine-tuning ████░░░░ 1,500/2,800 images")
        #expect(line.fitted(to: 36) == "fine-tuning 1,500/2,800 images")
    }

    @Test func noLineIsLongerThanTheTerminal() {
        var unknown = line
        unknown.total = nil
        for line in [line, unknown] {
            for columns in 0...130 { #expect(line.fitted(to: columns).count <= columns) }
        }
    }

    @Test func logsGetPlainLines() {
        #expect(line.plain == "fine-tuning: 1,500/2,800 images, 15.0 images/s, 1:27 left, epoch 3, loss 1.234")
        let over = ProgressLine(title: "predicting", done: 10, total: nil, unit: "images", seconds: 4, isFinished: true)
        #expect(over.plain == "predicting: 10 images, 2.50 images/s, in 4.00 s")
    }
}
