import Tensors
import Testing

/// Operations counted where libtorch computes them, against what the shapes say.
@Suite struct WorkTests {
    static func counted(_ body: () throws -> Void) rethrows -> Int { try countingOperations(body).operations }

    @Test(arguments: [DType.float32, .bfloat16])
    func aProductCountsItsMultiplicationsAndAdditions(type: DType) throws {
        let a = try Tensor.ones([5, 7, 3], dtype: type)
        let b = try Tensor.ones([3, 11], dtype: type)
        #expect(try Self.counted { _ = try a.matmul(b) } == 2 * 35 * 3 * 11)
        let batch = try Tensor.ones([5, 3, 2], dtype: type)
        #expect(try Self.counted { _ = try a.matmul(batch) } == 2 * 5 * 7 * 3 * 2)
        #expect(try Self.counted { _ = try a.relu() + a } == 0)
    }

    @Test(arguments: [DType.float32, .bfloat16])
    func theGradientOfAFrozenLayerIsOneProductAndOfALearnedOneTwo(type: DType) throws {
        let forward = 2 * 6 * 4 * 10
        let x = try Tensor.ones([2, 3, 4], dtype: type)
        let bias = try Tensor.ones([10], dtype: type)
        let frozen = try Tensor.ones([10, 4], dtype: type)
        let learned = try frozen.asParameter()
        #expect(try Self.counted { _ = try x.linear(weight: frozen, bias: bias) } == forward)
        let leaf = try x.asParameter()
        #expect(try Self.counted { try leaf.linear(weight: frozen, bias: bias).sum().backward() } == 2 * forward)
        #expect(try Self.counted { try x.linear(weight: learned, bias: bias).sum().backward() } == 2 * forward)
        #expect(try Self.counted { try leaf.linear(weight: learned, bias: bias).sum().backward() } == 3 * forward)
        #expect(try Self.counted { try withoutGradients { _ = try leaf.linear(weight: learned) } } == forward)
    }

    @Test(arguments: [(DType.float32, 5...5), (.bfloat16, 4...5)])
    func attentionIsTwoProductsAndItsGradientsAsManyAsAreComputed(type: DType, gradients: ClosedRange<Int>) throws {
        // The fused kernel does not keep the scores: its gradients compute them again. bfloat16 does without on processors that
        // multiply it.
        let product = 2 * 2 * 4 * 6 * 9 * 8
        let query = try Tensor.ones([2, 4, 6, 8], dtype: type)
        let key = try Tensor.ones([2, 4, 9, 8], dtype: type)
        let mask = try Tensor([Bool](repeating: true, count: 6 * 9), shape: [6, 9])
        #expect(try Self.counted { _ = try Tensor.attention(query: query, key: key, value: key, mask: mask) } == 2 * product)
        let (learnedQuery, learnedKey) = try (query.asParameter(), key.asParameter())
        let all = try Self.counted {
            try Tensor.attention(query: learnedQuery, key: learnedKey, value: learnedKey, mask: mask).sum().backward()
        }
        #expect(gradients.contains(all / product - 2) && all % product == 0, "\(all) of \(product)")
    }

    @Test func countingCanBeNestedAndEnds() throws {
        let a = try Tensor.ones([2, 2])
        let inner = try Self.counted {
            _ = try a.matmul(a)
            #expect(try Self.counted { _ = try a.matmul(a) } == 16)
            _ = try a.matmul(a)
        }
        #expect(inner == 48)
        #expect(throws: TensorError.self) { try Self.counted { _ = try a.matmul(Tensor.ones([3, 3])) } }
        _ = try a.matmul(a)
        #expect(Self.counted {} == 0)
    }

    @Test func operatorsAreTimedByTheirKind() throws {
        let x = try Tensor.ones([64, 256])
        OperatorTimes.begin()
        let product = try x.linear(weight: .ones([128, 256])).silu()
        _ = try product.transposed(0, 1).contiguous() + product.transposed(0, 1)
        let entries = OperatorTimes.end()
        _ = try x + x

        #expect(OperatorTimes.end().map(\.calls) == entries.map(\.calls), "what comes after the end is not timed")
        func entry(_ kind: OperatorTimes.Kind) throws -> OperatorTimes.Entry {
            try #require(entries.first { $0.kind == kind })
        }
        for kind in [OperatorTimes.Kind.products, .activations, .copies, .sums] {
            #expect(try entry(kind).seconds > 0 && entry(kind).calls > 0, "\(kind)")
        }
        #expect(try entry(.layerNorms).calls == 0 && entry(.attention).calls == 0)
        // An activation reads its operand and writes its result; so does a copy, and views of it are no bytes.
        #expect(try entry(.activations).bytes == 2 * 4 * 64 * 128)
        #expect(try entry(.sums).bytes == 3 * 4 * 64 * 128)
    }
}
