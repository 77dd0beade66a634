import Tensors

extension CLIPTextEncoder {
    /// The L2-normalised features of `texts` in float32, `[texts, projection dimension]`, without gradients.
    ///
    /// - Parameter batch: how many texts are encoded at a time.
    public func normalizedFeatures(_ texts: [[Int]], batch size: Int = 64) throws -> Tensor {
        guard size > 0 else { throw CLIPError("Texts are encoded \(size) at a time; at least 1 is needed.") }
        return try withoutGradients {
            try Tensor.concat(
                stride(from: 0, to: texts.count, by: size).map { start in
                    try forward(batch(Array(texts[start..<min(start + size, texts.count)])))
                        .to(.float32).l2Normalized()
                }, dim: 0)
        }
    }
}
