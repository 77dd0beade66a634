import CMatio
import Foundation

/// A MATLAB file (version 5 or 7.3), read for its lists of whole numbers.
///
///     let labels = try MATFile(at: "imagelabels.mat").integers("labels")
struct MATFile {
    let path: String

    /// Longer lists are taken for damage: no list of images comes near it.
    private static let mostElements = 50_000_000

    init(at path: String) throws {
        self.path = path
        try withOpenFile { _ in }
    }

    /// The elements of the real numeric array `name` in their order (by columns), each a whole number.
    func integers(_ name: String) throws -> [Int] {
        try withOpenFile { file in
            guard let header = Mat_VarReadInfo(file, name) else {
                throw DataSetError("\(path) has no list \"\(name)\".")
            }
            defer { Mat_VarFree(header) }
            let variable = header.pointee
            var count = 1
            for axis in 0..<max(0, Int(variable.rank)) {
                guard let length = variable.dims.flatMap({ Int(exactly: $0[axis]) }) else {
                    throw damaged(name)
                }
                let (product, overflow) = count.multipliedReportingOverflow(by: length)
                guard !overflow, product <= Self.mostElements else { throw damaged(name) }
                count = product
            }
            guard variable.isComplex == 0, Self.isNumeric(variable.class_type) else {
                throw DataSetError("\"\(name)\" in \(path) is not a list of numbers.")
            }
            guard count > 0 else { throw DataSetError("The list \"\(name)\" in \(path) is empty.") }
            guard Mat_VarReadDataAll(file, header) == 0, let data = header.pointee.data else {
                throw damaged(name)
            }
            let width = Int(header.pointee.data_size)
            guard width > 0, header.pointee.nbytes / width >= count else { throw damaged(name) }
            return try elements(data, count, of: header.pointee.data_type, name: name)
        }
    }

    private func elements(
        _ data: UnsafeMutableRawPointer, _ count: Int, of type: matio_types, name: String
    ) throws -> [Int] {
        func whole<Number: BinaryInteger>(_: Number.Type) -> [Int?] {
            UnsafeBufferPointer(start: data.assumingMemoryBound(to: Number.self), count: count)
                .map { Int(exactly: $0) }
        }
        func rounded<Number: BinaryFloatingPoint>(_: Number.Type) -> [Int?] {
            UnsafeBufferPointer(start: data.assumingMemoryBound(to: Number.self), count: count)
                .map { Int(exactly: $0) }
        }
        let numbers: [Int?]
        switch type {
        case MAT_T_INT8: numbers = whole(Int8.self)
        case MAT_T_UINT8: numbers = whole(UInt8.self)
        case MAT_T_INT16: numbers = whole(Int16.self)
        case MAT_T_UINT16: numbers = whole(UInt16.self)
        case MAT_T_INT32: numbers = whole(Int32.self)
        case MAT_T_UINT32: numbers = whole(UInt32.self)
        case MAT_T_INT64: numbers = whole(Int64.self)
        case MAT_T_UINT64: numbers = whole(UInt64.self)
        case MAT_T_SINGLE: numbers = rounded(Float.self)
        case MAT_T_DOUBLE: numbers = rounded(Double.self)
        default: throw damaged(name)
        }
        return try numbers.enumerated().map { place, number in
            guard let number else {
                throw DataSetError("Element \(place + 1) of \"\(name)\" in \(path) is not a whole number.")
            }
            return number
        }
    }

    private func withOpenFile<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        guard let file = Mat_Open(path, Int32(bitPattern: MAT_ACC_RDONLY.rawValue)) else {
            let reason =
                FileManager.default.fileExists(atPath: path) ? "is not a MATLAB file" : "is not there"
            throw DataSetError("\(path) \(reason).")
        }
        defer { Mat_Close(file) }
        return try body(file)
    }

    private func damaged(_ name: String) -> DataSetError {
        DataSetError("The list \"\(name)\" in \(path) is damaged. Fetch the file again.")
    }

    private static func isNumeric(_ type: matio_classes) -> Bool {
        (MAT_C_DOUBLE.rawValue...MAT_C_UINT64.rawValue).contains(type.rawValue)
    }
}
