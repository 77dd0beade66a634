import Tensors
import Testing

@Suite struct TensorTests {
    @Test func valuesComeBackAsTheyWentIn() throws {
        let t = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(t.shape == [2, 3])
        #expect(try t.dtype == .float32)
        #expect(try t.floats() == [1, 2, 3, 4, 5, 6])
        #expect(try t.transposed(0, 1).floats() == [1, 4, 2, 5, 3, 6])
    }

    @Test func aShapeThatDoesNotFitIsAnErrorWithAMessage() throws {
        let a = try Tensor.ones([2, 3])
        #expect(throws: TensorError.self) { try a.matmul(a) }
        #expect(throws: TensorError.self) { try Tensor([1, 2, 3] as [Float], shape: [2, 2]) }
        #expect(throws: TensorError.self) { try a.reshaped([5]) }
        #expect(throws: TensorError.self) { try a.select(dim: 0, index: 2) }
        #expect(throws: TensorError.self) { try a.item() }
        do {
            _ = try a.matmul(a)
        } catch let error as TensorError {
            #expect(error.description.contains("2x3"))
            #expect(!error.description.contains("\n"))
        }
    }

    @Test func gradientOfAQuadraticIsTwiceItsArgument() throws {
        let x = try Tensor([1, -2, 3] as [Float], shape: [3]).asParameter()
        try (x * x).sum().backward()
        #expect(try x.grad?.floats() == [2, -4, 6])
        try x.clearGrad()
        #expect(try x.grad == nil)
    }

    @Test func nothingIsRecordedWithoutGradients() throws {
        let x = try Tensor.ones([2]).asParameter()
        let y = try withoutGradients { try x * 2 }
        #expect(!y.requiresGrad)
        #expect(try (x * 2).requiresGrad)
    }

    @Test func rowsAreSummedByTheirIndex() throws {
        let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
        let sums = try x.sumRows(by: Tensor(indices: [1, 0, 1]), rowCount: 3)
        #expect(try sums.floats() == [3, 4, 6, 8, 0, 0])
    }

    @Test func elementsAreReadInPlaceWhereTheyStandInOrder() throws {
        let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [3, 2])
        #expect(try x.withFloats { Array($0) } == [1, 2, 3, 4, 5, 6])
        #expect(try x.narrow(dim: 0, start: 1, length: 2).withFloats { Array($0) } == [3, 4, 5, 6])
        #expect(try Tensor.zeros([0, 2]).withFloats { $0.count } == 0)
        #expect(throws: TensorError.self) { try x.transposed(0, 1).withFloats { $0.count } }
        #expect(throws: TensorError.self) { try Tensor.arange(3).withFloats { $0.count } }
    }

    @Test func aResizedConstantImageStaysConstant() throws {
        let source = [UInt8](repeating: 77, count: 9 * 7 * 3)
        var out = [UInt8](repeating: 0, count: 4 * 5 * 3)
        try resizePixels(source, height: 9, width: 7, rowStride: 21, into: &out, outHeight: 4, outWidth: 5)
        #expect(out.allSatisfy { $0 == 77 })
    }

    @Test func aWindowResizesLikeACopyOfIt() throws {
        let source = (0..<(12 * 10 * 3)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var window: [UInt8] = []
        for row in 2..<10 { window += source[(row * 30 + 9)..<(row * 30 + 27)] }
        var direct = [UInt8](repeating: 0, count: 5 * 4 * 3)
        var copied = direct
        try source.withUnsafeBufferPointer {
            try resizePixels(
                $0.baseAddress! + 2 * 30 + 9, height: 8, width: 6, rowStride: 30, into: &direct, outHeight: 5, outWidth: 4)
        }
        try resizePixels(window, height: 8, width: 6, rowStride: 18, into: &copied, outHeight: 5, outWidth: 4)
        #expect(direct == copied)
    }
}
