import Foundation
import Outputs
import TestSupport
import Testing

@Suite("Where an output is to go is looked at first")
struct OutputPlaceTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Array("content".utf8), to: "file.txt")
        try FileManager.default.createDirectory(atPath: folder.file("there"), withIntermediateDirectories: true)
    }

    @Test("files need a folder, and a name that no folder has")
    func files() throws {
        try OutputPlace.requireFile(folder.file("new.h5"))
        try OutputPlace.requireFile(folder.file("file.txt"))
        func said(_ name: String) -> String { sentence { try OutputPlace.requireFile(folder.file(name)) } }
        #expect(said("gone/new.h5") == "\(folder.path)/gone/new.h5: there is no folder \(folder.path)/gone; create it first")
        #expect(said("there") == "\(folder.path)/there: is a folder; give a file name")
        #expect(said("file.txt/new.h5") == "\(folder.path)/file.txt/new.h5: cannot be written: not a directory")
        #expect(sentence { try OutputPlace.requireFile("/dev/null") } == "/dev/null: is not a file; give the name of one")
    }

    @Test("folders are made, but not below files")
    func folders() throws {
        try OutputPlace.requireFolder(folder.file("there"))
        try OutputPlace.requireFolder(folder.file("gone/and/deeper"))
        let said = sentence { try OutputPlace.requireFolder(folder.file("file.txt/deeper")) }
        #expect(said.hasPrefix("\(folder.path)/file.txt/deeper: "))
        #expect(sentence { try OutputPlace.requireFolder(folder.file("file.txt")) }.hasSuffix("file.txt is a file, not a folder"))
    }

    @Test("a folder that may not be written to is said", .enabled(if: geteuid() != 0, "this account may write anywhere"))
    func unwritable() throws {
        chmod(folder.file("there"), 0o500)
        #expect(
            sentence { try OutputPlace.requireFile(folder.file("there/new.h5")) }.hasSuffix(
                "cannot be written: permission denied"))
        #expect(
            sentence { try OutputPlace.requireFolder(folder.file("there/new")) }.hasSuffix("cannot be written: permission denied")
        )
    }
}
