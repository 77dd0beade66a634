import CHDF5

/// Text in HDF5: variable-length strings, which HDF5 allocates, and the fixed-length ones other programs write.
enum Text {
    /// Reads `count` strings. Call inside `HDF5Library.locked`.
    ///
    /// - Parameters:
    ///   - read: fills the buffer with strings of the memory type.
    ///   - reclaim: frees what `read` let HDF5 allocate.
    static func read(
        type: hid_t, count: Int, scope: Scope, action: String, file: String,
        read: (hid_t, UnsafeMutableRawPointer) -> herr_t, reclaim: (hid_t, UnsafeMutableRawPointer) -> Void
    ) throws -> [String] {
        guard count > 0 else { return [] }
        let memoryType = try scope.own(H5Tcopy(type), action, file: file)
        if H5Tis_variable_str(type) > 0 {
            // A damaged type claims other sizes, and HDF5 believes it.
            guard H5Tget_size(memoryType) == MemoryLayout<UnsafeMutablePointer<CChar>?>.size else {
                throw HDF5Error("\(file): \(action): the type of its text is damaged")
            }
            var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            return try pointers.withUnsafeMutableBytes { buffer in
                guard let base = buffer.baseAddress else { return [] }
                // HDF5 frees what it had read before a failure only if asked.
                defer { reclaim(memoryType, base) }
                try check(read(memoryType, base), action, file: file)
                return buffer.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map { text in
                    text.map { String(cString: $0) } ?? ""
                }
            }
        }
        let size = Int(H5Tget_size(type))
        let isSpacePadded = H5Tget_strpad(type) == H5T_STR_SPACEPAD
        let (total, overflow) = size.multipliedReportingOverflow(by: count)
        guard size > 0, !overflow, let buffer = malloc(total) else {
            throw HDF5Error("\(file): \(action): \(count) texts of \(size) bytes do not fit in memory")
        }
        defer { free(buffer) }
        try check(read(memoryType, buffer), action, file: file)
        return (0..<count).map { index in
            var text = UnsafeRawBufferPointer(start: buffer + index * size, count: size).prefix { $0 != 0 }
            if isSpacePadded {
                while text.last == UInt8(ascii: " ") { text = text.dropLast() }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// HDF5 ends text at a NUL, so text with one in it would silently lose its end.
    static func requireNoNul(_ text: String, _ place: String, file: String) throws {
        if text.utf8.contains(0) {
            throw HDF5Error("\(file): \(place): the text \(text.debugDescription) contains a NUL character")
        }
    }

    /// Calls `body` with C pointers to all of `texts`, valid during the call.
    static func withPointers<Result>(
        to texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) throws -> Result
    ) rethrows -> Result {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        offsets.reserveCapacity(texts.count)
        for text in texts {
            offsets.append(bytes.count)
            bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
        return try bytes.withUnsafeBufferPointer { bytes in
            let pointers = offsets.map { offset in bytes.baseAddress.map { $0 + offset } }
            return try pointers.withUnsafeBufferPointer { pointers in
                try body(pointers.baseAddress)
            }
        }
    }
}
