import Images
import Testing

struct PhiloxTests {
    /// Known answers of Random123 1.14 (`kat_vectors`, philox4x32 10).
    @Test func blocksAreRandom123s() {
        #expect(
            Philox.block(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func numbersAreTheBlocksInOrder() {
        var generator = Philox(seed: 0x299f_31d0_a409_3822, stream: 0x0000_0002_0000_0001)
        for block: UInt32 in 0..<3 {
            let words = Philox.block(
                counter: SIMD4(block, 0, 1, 2), key: SIMD2(0xa409_3822, 0x299f_31d0))
            #expect(generator.next() == UInt64(words.y) << 32 | UInt64(words.x))
            #expect(generator.next() == UInt64(words.w) << 32 | UInt64(words.z))
        }
    }
}
