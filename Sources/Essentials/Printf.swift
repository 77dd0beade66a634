import Glibc

extension String {
    /// What C's `printf` writes, `String(printf: "%.2f", 0.5)`: the same everywhere, since no command sets a locale.
    ///
    /// - Parameter values: as many and of such types as `format` says; `%d` is of `Int32`'s range.
    public init(printf format: String, _ values: any CVarArg...) {
        func write(_ text: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
            Int(withVaList(values) { vsnprintf(text, size, format, $0) })
        }
        let length = write(nil, 0)
        precondition(length >= 0, "\(format) is no format")
        self.init(unsafeUninitializedCapacity: length + 1) { bytes in
            bytes.withMemoryRebound(to: CChar.self) { write($0.baseAddress, length + 1) }
        }
    }
}

extension String {
    /// A share in whole percent: `87` for 0.87, whatever a file says of it.
    public init(percent share: some BinaryFloatingPoint) { self.init(printf: "%.0f", Double((share * 100).rounded())) }
}
