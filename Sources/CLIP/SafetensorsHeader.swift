import FoundationEssentials

/// What a safetensors file says about itself before its numbers begin, checked against the file's size.
///
/// The format (github.com/huggingface/safetensors): the header's length as a little-endian 64-bit number, the
/// header as JSON, then one block of bytes in which the tensors lie one after the other without gaps.
struct SafetensorsHeader: Sendable {
    struct Entry: Sendable, Equatable {
        var type: SafetensorsType
        var shape: [Int]
        /// Where the tensor's bytes lie, counted from the beginning of the file.
        var bytes: Range<Int>
    }

    var entries: [String: Entry]
    var metadata: [String: String]

    /// The longest header the format allows.
    static let longestHeader = 100_000_000

    /// Checks `json`, the header of a file of `fileSize` bytes.
    init(json: Data, fileSize: Int, name: String) throws {
        let dataStart = 8 + json.count
        let raw = try decodeJSON([String: RawEntry].self, from: json, named: "the header of \(name)")
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]
        for (key, value) in raw {
            switch value {
            case .metadata(let strings):
                metadata = strings
            case .tensor(let typeName, let shape, let offsets):
                guard let type = SafetensorsType(rawValue: typeName) else {
                    if typeName.hasPrefix("F8") || typeName.hasPrefix("F6") || typeName.hasPrefix("F4") {
                        throw CLIPError(
                            "\(name): tensor \(key) has the unknown dtype \"\(typeName)\", numbers of \(typeName.dropFirst().prefix(1)) bits: a "
                                + "copy made smaller for one kind of device. Take the model in fp16, bf16 or fp32.")
                    }
                    throw CLIPError("\(name): tensor \(key) has the unknown dtype \"\(typeName)\".")
                }
                guard let count = elementCount(shape), let length = byteCount(count, type) else {
                    throw CLIPError("\(name): tensor \(key) has the impossible shape \(shape).")
                }
                guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1],
                    offsets[1] <= Int.max - dataStart
                else {
                    throw CLIPError("\(name): tensor \(key) has the impossible byte offsets \(offsets).")
                }
                guard offsets[1] - offsets[0] == length else {
                    throw CLIPError(
                        "\(name): tensor \(key) has \(offsets[1] - offsets[0]) bytes, "
                            + "but shape \(shape) of \(typeName) needs \(length).")
                }
                entries[key] = Entry(
                    type: type, shape: shape, bytes: dataStart + offsets[0]..<dataStart + offsets[1])
            }
        }
        self.entries = entries
        self.metadata = metadata
        try checkLayout(dataStart: dataStart, fileSize: fileSize, name: name)
    }

    /// The tensors fill the file from the header's end to the file's end, without gap or overlap.
    private func checkLayout(dataStart: Int, fileSize: Int, name: String) throws {
        var end = dataStart
        var previous = "the header"
        let inOrder = entries.sorted {
            ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
                < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
        }
        for (key, entry) in inOrder {
            if entry.bytes.upperBound > fileSize {
                throw CLIPError(
                    "\(name) is cut short: tensor \(key) ends at byte \(entry.bytes.upperBound), "
                        + "the file at byte \(fileSize). Download or copy it again.")
            }
            if entry.bytes.lowerBound < end {
                throw CLIPError("\(name): tensor \(key) overlaps \(previous).")
            }
            if entry.bytes.lowerBound > end {
                throw CLIPError(
                    "\(name): \(entry.bytes.lowerBound - end) bytes before tensor \(key) belong to no tensor."
                )
            }
            end = entry.bytes.upperBound
            previous = "tensor \(key)"
        }
        if end < fileSize {
            throw CLIPError("\(name): \(fileSize - end) bytes after \(previous) belong to no tensor.")
        }
    }
}

/// One value of the header: a tensor's place, or the free strings under `__metadata__`.
private enum RawEntry: Decodable {
    case tensor(type: String, shape: [Int], offsets: [Int])
    case metadata([String: String])

    private enum Key: String, CodingKey {
        case dtype, shape, data_offsets
    }

    init(from decoder: any Decoder) throws {
        if decoder.codingPath.last?.stringValue == "__metadata__" {
            self = .metadata(try decoder.singleValueContainer().decode([String: String].self))
        } else {
            let container = try decoder.container(keyedBy: Key.self)
            self = .tensor(
                type: try container.decode(String.self, forKey: .dtype),
                shape: try container.decode([Int].self, forKey: .shape),
                offsets: try container.decode([Int].self, forKey: .data_offsets))
        }
    }
}

/// The product of `shape`, or nil where a side is negative or the product has no `Int`.
private func elementCount(_ shape: [Int]) -> Int? {
    var count = 1
    for side in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: side)
        guard side >= 0, !overflow else { return nil }
        count = product
    }
    return count
}

private func byteCount(_ count: Int, _ type: SafetensorsType) -> Int? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
    return overflow ? nil : bytes
}
