import DataSets
import Foundation
import TestSupport

/// A data set's folder, removed when the test is over.
struct TemporaryTree {
    let url: URL
    private let place: TemporaryFolder

    init(_ name: String = "data set") throws {
        place = try TemporaryFolder()
        url = place.url.appendingPathComponent(name, isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Writes a file, with its folders; images are listed only, so they may be empty.
    @discardableResult
    func write(_ path: String, _ text: String = "") throws -> URL {
        try URL(fileURLWithPath: place.write(text.utf8, to: url.lastPathComponent + "/" + path))
    }

    /// Writes `count` images "0001.jpg"… into a folder.
    func images(_ count: Int, in folder: String) throws {
        for number in 1...count { try write("\(folder)/\(String(format: "%04d", number)).jpg") }
    }

    func folder(_ path: String) throws {
        try FileManager.default.createDirectory(
            at: url.appendingPathComponent(path), withIntermediateDirectories: true)
    }

    func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: url.appendingPathComponent(path).path, withDestinationPath: target)
    }

    func load(_ change: (inout LoadOptions) -> Void = { _ in }) throws -> DataSet {
        var options = LoadOptions.testing
        change(&options)
        return try DataSet.load(from: url, options: options)
    }

    /// The sentence that loading the folder ends with, or nil if it can be loaded.
    func refusal(_ change: (inout LoadOptions) -> Void = { _ in }) throws -> String? {
        do {
            _ = try load(change)
            return nil
        } catch let error as DataSetError {
            return error.description
        }
    }
}

extension LoadOptions {
    /// Folders of JPEG and PNG files, among which JPEG XL and films are known and not read.
    static let testing = LoadOptions(
        kinds: ImageKinds([
            ImageKind(name: "JPEG", extensions: ["jpg", "jpeg", "jpe", "jfif"], signatures: [[0xFF, 0xD8, 0xFF]], isRead: true),
            ImageKind(
                name: "PNG", extensions: ["png"], signatures: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]], isRead: true),
            ImageKind(
                name: "JPEG XL image", extensions: ["jxl"],
                signatures: [[0xFF, 0x0A], [0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]],
                isRead: false),
            ImageKind(name: "video", extensions: ["mp4", "mov"], signatures: [], isRead: false),
        ]))

    func with(_ change: (inout LoadOptions) -> Void) -> LoadOptions {
        var options = self
        change(&options)
        return options
    }
}

extension DataSet {
    static func load(from url: URL) throws -> DataSet { try load(from: url, options: .testing) }

    static func check(_ url: URL) -> SetupCheck { check(url, options: .testing) }
}
