import CYAML

/// A part of a YAML document, as libyaml reads it. Parts are looked at where they lie, so that names for parts (`*name`) cost nothing,
/// however often they stand for each other.
package struct YAML {
    private let document: Document
    private let node: UnsafeMutablePointer<yaml_node_t>

    /// The text of a scalar, in quotes or not.
    package var text: String? {
        guard node.pointee.type == YAML_SCALAR_NODE else { return nil }
        let scalar = node.pointee.data.scalar
        return String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    }

    /// Whether nothing is said: `NAME:`, `NAME: ~` or `NAME: null`.
    package var isNull: Bool {
        guard let text else { return false }
        return node.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE && ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Whether a scalar says yes.
    package var isTrue: Bool { ["true", "yes", "on"].contains(text?.lowercased()) }

    /// The parts of a list.
    package var items: [YAML]? {
        guard node.pointee.type == YAML_SEQUENCE_NODE else { return nil }
        let items = node.pointee.data.sequence.items
        return UnsafeBufferPointer(start: items.start, count: items.top - items.start).compactMap(document.part)
    }

    /// The keys of a mapping and what stands there, in the document's order.
    package var entries: [(key: YAML, value: YAML)]? {
        guard node.pointee.type == YAML_MAPPING_NODE else { return nil }
        let pairs = node.pointee.data.mapping.pairs
        return UnsafeBufferPointer(start: pairs.start, count: pairs.top - pairs.start).compactMap { pair in
            document.part(pair.key).flatMap { key in document.part(pair.value).map { (key, $0) } }
        }
    }

    /// What stands under a key of a mapping.
    package subscript(key: String) -> YAML? { entries?.first { $0.key.text == key }?.value }

    /// The one document in a text; nil where there is none.
    ///
    /// - Throws: ``Failure``, also where a mapping has a key twice.
    package static func document(in text: String) throws -> YAML? {
        let document = try Document(text)
        guard let root = yaml_document_get_root_node(document.content) else { return nil }
        return YAML(document: document, node: root)
    }

    /// Why a text is no YAML, and where.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        init(_ place: yaml_mark_t, _ reason: String) {
            description = "line \(place.line + 1), column \(place.column + 1): \(reason)"
        }
    }

    /// What libyaml holds of a text.
    private final class Document {
        let content = UnsafeMutablePointer<yaml_document_t>.allocate(capacity: 1)

        init(_ text: String) throws {
            content.initialize(to: yaml_document_t())
            var parser = yaml_parser_t()
            guard yaml_parser_initialize(&parser) == 1 else { preconditionFailure("no memory for YAML") }
            defer { yaml_parser_delete(&parser) }
            // Read to its end while the text is there.
            var text = text
            try text.withUTF8 { bytes in
                yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
                yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
                guard yaml_parser_load(&parser, content) == 1 else { throw Self.failure(parser) }
                var next = yaml_document_t()
                guard yaml_parser_load(&parser, &next) == 1 else { throw Self.failure(parser) }
                defer { yaml_document_delete(&next) }
                if let root = yaml_document_get_root_node(&next) {
                    throw Failure(root.pointee.start_mark, "a second document begins")
                }
            }
            try checkKeys()
        }

        deinit {
            yaml_document_delete(content)
            content.deallocate()
        }

        func part(_ number: Int32) -> YAML? {
            yaml_document_get_node(content, number).map { YAML(document: self, node: $0) }
        }

        private func checkKeys() throws {
            let nodes = content.pointee.nodes
            for number in 0..<(nodes.top - nodes.start) {
                let node = nodes.start + number
                var known: Set<String> = []
                for (key, _) in YAML(document: self, node: node).entries ?? [] {
                    guard let name = key.text, !known.insert(name).inserted else { continue }
                    throw Failure(key.node.pointee.start_mark, "\(name) stands there twice")
                }
            }
        }

        private static func failure(_ parser: yaml_parser_t) -> Failure {
            // The reader has a number of bytes and no line.
            let place = parser.error == YAML_READER_ERROR ? parser.mark : parser.problem_mark
            return Failure(place, parser.problem.map { String(cString: $0) } ?? "there is not enough memory")
        }
    }
}
