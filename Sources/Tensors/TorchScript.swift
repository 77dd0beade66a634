import CTorch

/// A program and its tensors in one file that PyTorch runs without the code that made it.
///
///     let script = TorchScript(source: "def forward(self, x: Tensor) -> Tensor:\n    return x * self.scale",
///                              tensors: [("scale", scale)], strings: (name: "classes", values: names))
///     try script.save(to: "classifier.pt")  // in Python: torch.jit.load("classifier.pt")
public struct TorchScript: Sendable {
    /// The methods, in TorchScript's subset of Python.
    public var source: String
    /// The attributes that the methods find at `self`.
    public var tensors: [(name: String, tensor: Tensor)]
    /// An attribute that is a list of strings.
    public var strings: (name: String, values: [String])

    public init(source: String, tensors: [(name: String, tensor: Tensor)], strings: (name: String, values: [String])) {
        self.source = source
        self.tensors = tensors
        self.strings = strings
    }

    /// Compiles the source and writes the file.
    ///
    /// - Throws: ``TensorError`` with the compiler's message, or where the file cannot be written.
    public func save(to path: String) throws {
        try withCStrings(tensors.map(\.name)) { names in
            try withCStrings(strings.values) { values in
                let pointers = tensors.map { Optional($0.tensor.pointer) }
                try check(
                    ct_script_save(
                        source + "\n", names, pointers, Int32(pointers.count), values, Int32(strings.values.count), strings.name,
                        path))
            }
        }
    }

    private func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafePointer<CChar>?]) throws -> Result
    ) rethrows -> Result {
        let copies = texts.map { Array($0.utf8CString) }
        // One buffer for all, so that every pointer lives as long as the call.
        let joined = copies.flatMap { $0 }
        return try joined.withUnsafeBufferPointer { buffer in
            var start = 0
            let pointers = copies.map { copy in
                defer { start += copy.count }
                return buffer.baseAddress.map { $0 + start }
            }
            return try body(pointers)
        }
    }
}
