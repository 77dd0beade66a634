import CHDF5
import Foundation
import HDF5
import TestSupport
import Testing

/// Files that are valid HDF5, written with its own library, and that no one should be hurt by.
@Suite("Files that lead elsewhere or ask for too much")
struct HostileFileTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("hostile.h5")
    }

    /// Writes a file with HDF5's own functions; what it opens is closed with it.
    func make(_ body: (hid_t) -> Void) {
        HDF5Library.alone {
            let access = H5Pcreate(chdf5_file_access_class())
            H5Pset_fclose_degree(access, H5F_CLOSE_STRONG)
            let file = H5Fcreate(path, chdf5_truncate(), chdf5_default(), access)
            body(file)
            H5Fclose(file)
            H5Pclose(access)
        }
    }

    func text(_ size: Int) -> hid_t {
        HDF5Library.alone {
            let type = H5Tcopy(chdf5_c_string())
            H5Tset_size(type, size)
            return type
        }
    }

    func space(_ extents: [hsize_t]) -> hid_t { H5Screate_simple(Int32(extents.count), extents, nil) }

    func dataset(
        _ place: hid_t, _ name: String, _ type: hid_t, _ extents: [hsize_t], _ prepare: (hid_t) -> Void = { _ in }
    ) -> hid_t {
        let creation = H5Pcreate(chdf5_dataset_create_class())
        prepare(creation)
        return H5Dcreate2(place, name, type, space(extents), chdf5_default(), creation, chdf5_default())
    }

    func sentence(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return String(describing: error)
        }
    }

    @Test("values in other files are not read")
    func elsewhere() throws {
        let secret = folder.file("secret")
        try Data("root:x:0:0:root:/root:/bin/bash".utf8).write(to: URL(fileURLWithPath: secret))
        make { file in
            _ = dataset(file, "external", chdf5_stored_uint8(), [20]) { H5Pset_external($0, secret, 0, 20) }
            _ = dataset(file, "virtual", chdf5_stored_uint8(), [20]) {
                H5Pset_virtual($0, space([20]), "other.h5", "values", space([20]))
            }
            _ = dataset(file, "own", chdf5_stored_uint8(), [20])
        }
        let root = try File.open(path).root
        for name in ["external", "virtual"] {
            let dataset = try root.dataset(name)
            #expect(dataset.refusal == "keeps its values in other files, which are not read")
            for read in [
                { _ = try dataset.read(UInt8.self) }, { _ = try dataset.read(UInt8.self, rows: 0..<1) },
                { _ = try dataset.read(UInt8.self, first: 1) },
            ] as [() throws -> Void] {
                #expect(sentence(read) == "\(path): /\(name) keeps its values in other files, which are not read")
            }
        }
        #expect(try root.dataset("own").read(UInt8.self).count == 20)
    }

    @Test("links by name are not followed, at the end of a path or on its way")
    func links() throws {
        let other = folder.file("other.h5")
        let file = try File.create(other)
        try file.root.write([1, 2, 3] as [Int64], shape: [3], to: "group/values")
        try file.close()
        make { file in
            H5Lcreate_external(other, "/group", file, "out", chdf5_default(), chdf5_default())
            H5Lcreate_soft("/out/values", file, "soft", chdf5_default(), chdf5_default())
            _ = dataset(file, "own", chdf5_stored_uint8(), [1])
            H5Lcreate_soft("/own", file, "within", chdf5_default(), chdf5_default())
        }
        let root = try File.open(path).root
        for name in ["out", "soft", "within", "out/values"] {
            #expect(try root.kind(name) == .link)
            #expect(sentence { _ = try root.dataset(name) }.contains("is a link by name, which is not followed"))
            #expect(sentence { _ = try root.group(name) }.contains("is a link by name, which is not followed"))
        }
    }

    @Test("dimension labels of every type are read or refused, none taken for pointers")
    func labels() throws {
        let (fixed, variable) = (text(6), text(chdf5_variable_length()))
        let types = HDF5Library.alone {
            let pair = H5Tcreate(H5T_COMPOUND, 16)
            H5Tinsert(pair, "a", 0, chdf5_native_int64())
            H5Tinsert(pair, "b", 8, chdf5_native_int64())
            return [
                chdf5_stored_uint8(), chdf5_stored_int64(), chdf5_stored_double(), fixed, variable, pair,
                H5Tvlen_create(chdf5_native_int64()), H5Tcreate(H5T_OPAQUE, 8),
            ]
        }
        for type in types {
            for extents: [hsize_t] in [[2], [1], [3], [2, 2], []] {
                make { file in
                    let values = dataset(file, "x", chdf5_stored_uint8(), [2, 2])
                    let shape = extents.isEmpty ? H5Screate(H5S_SCALAR) : space(extents)
                    let attribute = H5Acreate2(values, "DIMENSION_LABELS", type, shape, chdf5_default(), chdf5_default())
                    if H5Tget_class(type) != H5T_VLEN && H5Tis_variable_str(type) == 0 {
                        var bytes = [UInt8](repeating: 0x41, count: 64)
                        H5Awrite(attribute, type, &bytes)
                    }
                }
                let labelled = try File.open(path).root.dataset("x")
                if type == fixed && extents == [2] {
                    #expect(try labelled.dimensionNames() == ["AAAAAA", "AAAAAA"])
                } else if type == variable && extents == [2] {
                    #expect(try labelled.dimensionNames() == ["", ""])
                } else {
                    #expect(sentence { _ = try labelled.dimensionNames() }.contains("its dimension labels are not 2 texts"))
                }
            }
        }
    }

    @Test("groups many deep, attributes and links beyond count")
    func counts() throws {
        make { file in
            var group = file
            for _ in 0..<200 { group = H5Gcreate2(group, "g", chdf5_default(), chdf5_default(), chdf5_default()) }
        }
        #expect(sentence { _ = try File.open(path) }.contains("lies more than 64 groups deep, which is not read"))
        make { file in
            let scalar = H5Screate(H5S_SCALAR)
            for number in 0..<4097 {
                H5Aclose(H5Acreate2(file, "a\(number)", chdf5_stored_uint8(), scalar, chdf5_default(), chdf5_default()))
            }
        }
        #expect(sentence { _ = try File.open(path) }.hasSuffix("/ has 4097 attributes, and at most 4096 are read"))
    }

    @Test("values, chunks and texts larger than they are worth")
    func sizes() throws {
        let long = text(1 << 30)
        make { _ = dataset($0, "long", long, [5]) { H5Pset_chunk($0, 1, [1]) } }
        #expect(
            sentence { _ = try File.open(path) }.hasSuffix(
                "/long has values of 1073741824 bytes each, and at most 1048576 are read"))
        make {
            _ = dataset($0, "chunk", chdf5_stored_uint8(), [1 << 31]) {
                H5Pset_chunk($0, 1, [1 << 31])
                H5Pset_deflate($0, 9)
            }
        }
        #expect(sentence { _ = try File.open(path) }.contains("/chunk has chunks of 2147483648 bytes"))
        let variable = text(chdf5_variable_length())
        make { _ = dataset($0, "texts", variable, [1 << 40]) { H5Pset_chunk($0, 1, [1024]) } }
        #expect(sentence { _ = try File.open(path) }.contains("/texts claims 1099511627776 values, but only 0 bytes are stored"))
    }

    @Test("structure that claims gigabytes takes none of them, here or in the child")
    func claims() throws {
        make { file in
            let scalar = H5Screate(H5S_SCALAR)
            for number in 0..<20 {
                H5Aclose(H5Acreate2(file, "a\(number)", chdf5_stored_uint8(), scalar, chdf5_default(), chdf5_default()))
            }
        }
        // A header's continuation: its kind, its size of 16 bytes, flags and padding; the place and the length of what it leads to.
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let found = try #require(bytes.firstRange(of: Data([0x10, 0, 16, 0, 0, 0, 0, 0])))
        bytes[found.upperBound + 11] = 0xf0
        try bytes.write(to: URL(fileURLWithPath: path))
        let reason = isInstrumented ? "reading its structure ends HDF5" : "takes more memory to read than its size allows"
        #expect(sentence { _ = try File.open(path) }.contains(reason))
    }

    @Test("values that are packed are unpacked once in the child, and read")
    func packed() throws {
        make { file in
            let values = dataset(file, "packed", chdf5_stored_uint8(), [100_000]) {
                H5Pset_chunk($0, 1, [1000])
                H5Pset_shuffle($0)
                H5Pset_deflate($0, 6)
                H5Pset_fletcher32($0)
            }
            let bytes = [UInt8](repeating: 7, count: 100_000)
            H5Dwrite(values, chdf5_native_uint8(), hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(), bytes)
            _ = dataset(file, "unknown", chdf5_stored_uint8(), [100]) {
                H5Pset_chunk($0, 1, [100])
                H5Pset_scaleoffset($0, H5Z_SO_INT, 0)
            }
        }
        let root = try File.open(path).root
        #expect(try root.dataset("packed").read(UInt8.self) == [UInt8](repeating: 7, count: 100_000))
        #expect(
            sentence { _ = try root.dataset("unknown").read(UInt8.self) }.hasSuffix(
                "is packed by filter 6, and only deflate, shuffle and Fletcher-32 are read"))
    }
}
