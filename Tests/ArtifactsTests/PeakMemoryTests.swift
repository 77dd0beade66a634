import Artifacts
import Testing

@Suite struct PeakMemoryTests {
    @Test func itIsAtLeastWhatIsHeldNow() throws {
        let bytes = [UInt8](repeating: 1, count: 64 << 20)
        let peak = try #require(PeakMemory.ofThisProcess)
        #expect(peak > bytes.count && bytes.last == 1)
    }
}
