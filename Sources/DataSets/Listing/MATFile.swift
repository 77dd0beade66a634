import CMatLists
import FoundationEssentials
import Glibc

/// A MATLAB file (version 5 or 7.3), read for its lists of whole numbers.
///
///     let labels = try MATFile(at: "imagelabels.mat").integers("labels")
struct MATFile {
    let path: String

    init(at path: String) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { throw DataSetError("\(path) is not there.") }
    }

    /// The elements of the real numeric array `name` in their order (by columns), each a whole number.
    func integers(_ name: String) throws -> [Int] {
        var values: UnsafeMutablePointer<Int64>?
        var count = 0
        let outcome = cmat_read(path, name, &values, &count)
        defer { free(values) }
        switch outcome {
        case CMAT_READ: return UnsafeBufferPointer(start: values, count: count).map { Int($0) }
        case CMAT_IS_NO_MATLAB_FILE: throw DataSetError("\(path) is not a MATLAB file.")
        case CMAT_HAS_NO_SUCH_LIST: throw DataSetError("\(path) has no list \"\(name)\".")
        case CMAT_IS_NO_LIST_OF_NUMBERS: throw DataSetError("\"\(name)\" in \(path) is not a list of numbers.")
        case CMAT_IS_EMPTY: throw DataSetError("The list \"\(name)\" in \(path) is empty.")
        case CMAT_IS_NO_WHOLE_NUMBER:
            throw DataSetError("Element \(count + 1) of \"\(name)\" in \(path) is not a whole number.")
        default: throw DataSetError("The list \"\(name)\" in \(path) is damaged. Fetch the file again.")
        }
    }
}
