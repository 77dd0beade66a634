import Images
import Vocabulary

/// The images of 16 bits a sample among those that were decoded.
struct DeepImages {
    private(set) var count = 0
    private var maximum = 0

    /// - Parameter maximum: the largest sample of an image of 16 bits a sample; nil for others.
    mutating func add(_ maximum: Int?) {
        guard let maximum else { return }
        count += 1
        self.maximum = max(self.maximum, maximum)
    }

    /// What to tell a person: microscopes and scanners store 10, 12 or 14 bits in 16, and the high byte of those is nearly black.
    func notice(_ gray16: Gray16) -> String? {
        guard count > 0, maximum < 4096, gray16 == .highByte else { return nil }
        let images = count == 1 ? "The image of 16 bits holds" : "The \(count) images of 16 bits hold"
        return """
            \(images) no value above \(maximum), so \(count == 1 ? "it comes" : "they come") out nearly black: these are data of 12 \
            bits or fewer. Say --gray16 stretch (GRAY16=stretch with make) to use their range.
            """
    }
}
