import Foundation
import TestSupport
import Testing

@Suite("ARCHITECTURE.md shows the rooms that Package.swift has")
struct ArchitectureTests {
    /// What each library is built on, of the libraries.
    static let rooms: [String: Set<String>] = {
        guard let package = try? String(contentsOf: Repository.file("Package.swift"), encoding: .utf8),
            let libraries = package.firstMatch(of: /(?s)let libraries: \[Target\] = \[(.*?)\n\]/)
        else { return [:] }
        var rooms: [String: Set<String>] = [:]
        for target in libraries.1.components(separatedBy: ".target(").dropFirst() {
            let names = target.matches(of: /"(\w+)"/).map { String($0.1) }
            if let room = names.first { rooms[room] = Set(names.dropFirst()) }
        }
        let all = Set(rooms.keys)
        return rooms.mapValues { $0.intersection(all) }
    }()

    /// Everything below a room.
    static func below(_ room: String) -> Set<String> {
        rooms[room, default: []].reduce(into: []) { $0.formUnion(below($1).union([$1])) }
    }

    /// The arrows that do not follow from others.
    static var arrows: Set<String> {
        Set(
            rooms.flatMap { room, others in
                others.filter { other in !others.contains { below($0).contains(other) } }.map { "\(room) --> \($0)" }
            })
    }

    private func lines(of section: String) throws -> [String] {
        try #require(Repository.sections(of: "ARCHITECTURE.md")[section]).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test("every arrow and no other") func picture() throws {
        let drawn = try Set(lines(of: "Rooms").filter { $0.contains(" --> ") })
        #expect(drawn.subtracting(Self.arrows).sorted() == [], "these are not so")
        #expect(Self.arrows.subtracting(drawn).sorted() == [], "these are missing")
    }

    @Test("every room has a sentence") func table() throws {
        let described = try lines(of: "Rooms").compactMap { $0.wholeMatch(of: /\| `(\w+)` \| .+ \|/).map { String($0.1) } }
        #expect(described.sorted() == Self.rooms.keys.sorted())
    }

    @Test("those without libtorch are told from those with it") func halves() throws {
        let text = try lines(of: "Rooms").joined(separator: "\n")
        let plain = try #require(text.firstMatch(of: /(?s)subgraph plain.*?\nend/)).output
        for room in Self.rooms.keys {
            let needsTorch = room == "Tensors" || Self.below(room).contains("Tensors")
            let stands = plain.split(separator: "\n").contains { $0 == room || $0.hasPrefix(room + " -->") }
            #expect(stands == !needsTorch, "\(room)")
        }
    }

    @Test("what is named with a path is there", arguments: ["ARCHITECTURE.md", "CONTRIBUTING.md"])
    func paths(document: String) throws {
        let text = try String(contentsOf: Repository.file(document), encoding: .utf8)
        for path in text.matches(of: /`([A-Z][A-Za-z]*(?:\/\w+)+(?:\.swift)?)`/).map({ String($0.1) }) {
            let found = ["", "Sources/"].contains { FileManager.default.fileExists(atPath: Repository.file($0 + path).path) }
            #expect(found, "\(path)")
        }
    }
}
