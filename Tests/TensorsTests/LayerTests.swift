import Launch
import Tensors
import Testing

/// Layers in float32 and bfloat16 on whatever processor this is: of small whole numbers both give exact results.
@Suite struct LayerTests {
    private static let types = [DType.float32, .bfloat16]

    /// `[rows, columns]` of whole numbers between −3 and 3.
    private func wholeNumbers(_ rows: Int, _ columns: Int, step: Int) -> [[Int]] {
        (0..<rows).map { row in (0..<columns).map { ((row * columns + $0) * step) % 7 - 3 } }
    }

    private func tensor(_ rows: [[Int]], _ type: DType) throws -> Tensor {
        try Tensor(rows.joined().map(Float.init), shape: [rows.count, rows[0].count]).to(type)
    }

    @Test(arguments: types) func aFrozenLinearLayerMultipliesAndPassesItsGradientOn(_ type: DType) throws {
        let (x, weight, bias) = (wholeNumbers(5, 32, step: 3), wholeNumbers(8, 32, step: 5), wholeNumbers(1, 8, step: 1))
        let input = try tensor(x, type).asParameter()
        let output = try input.linear(weight: tensor(weight, type), bias: tensor(bias, type).reshaped([8]))

        #expect(try output.dtype == type)
        #expect(try output.shape == [5, 8])
        let expected = x.map { row in
            zip(weight, bias[0]).map { weights, offset in zip(row, weights).map(*).reduce(offset, +) }
        }
        #expect(try output.to(.float32).floats() == expected.joined().map(Float.init))

        try output.to(.float32).sum().backward()
        let columnSums = (0..<32).map { column in Float(weight.map { $0[column] }.reduce(0, +)) }
        #expect(try input.grad?.dtype == type)
        #expect(try input.grad?.to(.float32).floats() == (0..<5).flatMap { _ in columnSums })
    }

    @Test(.enabled(if: packs, "this processor has no products of bfloat16 to pack weights for"))
    func aPackedLinearLayerDoesWhatAPlainOneDoes() throws {
        let x = try fractions([3, 70, 96], step: 37)
        let (weight, bias) = try (fractions([160, 96], step: 53), fractions([160], step: 11))
        let layer = try PackedLinear(weight: weight, bias: bias)
        let upstream = try fractions([3, 70, 160], step: 29)

        let (plainInput, packedInput) = try (x.asParameter(), x.asParameter())
        let plain = try plainInput.linear(weight: weight, bias: bias)
        let packed = try layer(packedInput)
        #expect(try packed.dtype == .bfloat16)
        #expect(try packed.to(.float32).floats() == plain.to(.float32).floats())
        #expect(try withoutGradients { try layer(x) }.to(.float32).floats() == plain.to(.float32).floats())

        try plain.backward(upstream)
        try packed.backward(upstream)
        let gradient = try packedInput.grad?.to(.float32).floats()
        #expect(gradient != nil)
        #expect(try gradient == plainInput.grad?.to(.float32).floats())
    }

    /// Against float64, forward and back; tiles that are whole and not, a weight as it lies and, for the gradient, transposed.
    @Test(
        .enabled(if: Processor.current.multipliesBFloat16, "this processor has no products of bfloat16"),
        arguments: [(128, 2, 1), (200, 768, 64), (131, 66, 130), (257, 1030, 96)])
    func aSplitProductIsOffByLessThanASixtyFiveThousandth(rows: Int, width: Int, count: Int) throws {
        func values(_ shape: [Int], step: Int) throws -> Tensor {
            // Squares leave no pattern along rows, whose products would all but cancel.
            try Tensor((0..<shape.reduce(1, *)).map { Float($0 % 10_007 * $0 * step % 10_007) / 5_000 - 1 }, shape: shape)
        }
        let (x, weight) = try (values([rows, width], step: 37), values([count, width], step: 53))
        let (bias, upstream) = try (values([count], step: 11), values([rows, count], step: 29))
        func results(_ type: DType, splitting: Bool) throws -> [Tensor] {
            let was = Torch.splitsProducts
            Torch.splitsProducts = splitting
            defer { Torch.splitsProducts = was }
            let input = try x.to(type).asParameter()
            let output = try input.linear(weight: weight.to(type), bias: bias.to(type))
            try output.backward(upstream.to(type))
            return try [output, #require(try input.grad)].map { try $0.to(.float64) }
        }
        let (split, plain) = try (results(.float32, splitting: true), results(.float32, splitting: false))
        for ((split, plain), exact) in try zip(zip(split, plain), results(.float64, splitting: false)) {
            func error(_ found: Tensor) throws -> Float {
                let (off, all) = try ((found - exact), exact)
                return try ((off * off).sum().floats()[0] / (all * all).sum().floats()[0]).squareRoot()
            }
            #expect(try error(split) < 1 / 65_536)
            // Sums of few terms apart, it is seen that the products were split.
            if width > 2 && count > 1 { #expect(try error(split) > error(plain)) }
        }
    }

    /// Numbers between −1 and 1 in bfloat16.
    private func fractions(_ shape: [Int], step: Int) throws -> Tensor {
        let values = (0..<shape.reduce(1, *)).map { Float($0 * step % 101 - 50) / 50 }
        return try Tensor(values, shape: shape).to(.bfloat16)
    }

    private static let packs = (try? Tensor.ones([1, 1]).to(.bfloat16)).map(PackedLinear.pays) ?? false

    @Test(arguments: types) func attentionToEqualKeysIsTheMeanOfTheValuesThatAreSeen(_ type: DType) throws {
        let query = try Tensor.ones([1, 2, 4, 8]).to(type).asParameter()
        let key = try Tensor.ones([1, 2, 4, 8]).to(type)
        let values = (0..<2).flatMap { _ in [4, 8, 12, 0].flatMap { [Float](repeating: $0, count: 8) } }
        let value = try Tensor(values, shape: [1, 2, 4, 8]).to(type).asParameter()
        let mask = try Tensor([true, true, false, false], shape: [1, 1, 1, 4]).expanded([1, 1, 4, 4])

        let all = try Tensor.attention(query: query, key: key, value: value)
        let causal = try Tensor.attention(query: query, key: key, value: value, causal: true)
        let masked = try Tensor.attention(query: query, key: key, value: value, mask: mask)

        for (mixed, means) in [(all, [6, 6, 6, 6]), (causal, [4, 6, 8, 6]), (masked, [6, 6, 6, 6])] as [(Tensor, [Float])] {
            #expect(try mixed.dtype == type)
            #expect(try mixed.select(dim: 3, index: 0).to(.float32).floats() == means + means)
        }
        // Each value is seen by the 4 queries with weight 1/4: its gradient is 1.
        try all.to(.float32).sum().backward()
        let gradient = try #require(try value.grad).to(.float32).floats()
        #expect(gradient.count == 64)
        #expect(gradient.allSatisfy { abs($0 - 1) < 1e-6 })
    }
}
