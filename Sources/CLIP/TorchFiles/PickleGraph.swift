/// What a Python pickle describes, as a graph of plain values.
///
/// A pickle is a program: it names functions and asks for them to be called, which is how a file from a
/// stranger runs code on the machine of whoever unpickles it. Here nothing is ever called or imported. A name
/// stays a name (`.global`) and a call a pair of a function and its arguments (`.call`), for the reader to
/// recognise or to leave.
///
/// Covers the opcodes that pickle protocols 2 to 5 write for state dicts and TorchScript modules (CPython's
/// `pickletools.py` documents them all). Every node costs at least one byte of the pickle, so that memory
/// stays in proportion to the file, and nothing here recurses.
struct PickleGraph {
    /// The place of a node in `nodes`.
    typealias Reference = Int

    enum Node {
        case null
        case bool(Bool)
        case int(Int)
        case float(Double)
        case string(String)
        /// Bytes, or a number too large for this machine: nothing a checkpoint needs.
        case other
        case tuple([Reference])
        case list([Reference])
        case dictionary([(key: Reference, value: Reference)])
        /// A class or function, by the names it would be imported by.
        case global(module: String, name: String)
        /// What a function would have returned, or an instance of a class.
        case call(Reference, arguments: Reference)
        /// Something kept outside the pickle; in PyTorch's files, numbers.
        case persistent(Reference)
    }

    private(set) var nodes: [Node] = []
    /// What an object's attributes were to be set from (`BUILD`), by the object.
    private(set) var states: [Reference: Reference] = [:]
    private(set) var root: Reference = 0

    private var stack: [Reference] = []
    private var marks: [Int] = []
    private var memo: [Int: Reference] = [:]

    /// Throws a sentence where `bytes` end early, or hold an opcode that neither protocol nor PyTorch writes.
    init(_ bytes: [UInt8], name: String) throws {
        var cursor = ByteCursor(bytes[...])
        while true {
            let start = cursor.position
            guard let opcode = cursor.unsigned(1) else {
                throw CLIPError("\(name) is cut short: its pickle has no end.")
            }
            if opcode == UInt8(ascii: ".") { break }
            guard step(UInt8(opcode), &cursor) else {
                throw CLIPError("\(name) is damaged: its pickle makes no sense at byte \(start).")
            }
        }
        guard let top = stack.last else { throw CLIPError("\(name) is damaged: its pickle is empty.") }
        root = top
    }

    subscript(_ reference: Reference) -> Node { nodes[reference] }

    /// Carries out one instruction; false where its operands are not there.
    private mutating func step(_ opcode: UInt8, _ cursor: inout ByteCursor) -> Bool {
        switch Unicode.Scalar(opcode) {
        // Protocol and frame say nothing about the contents.
        case "\u{80}": return cursor.bytes(1) != nil
        case "\u{95}": return cursor.bytes(8) != nil

        case "N": return push(.null)
        case "\u{88}": return push(.bool(true))
        case "\u{89}": return push(.bool(false))
        case "J": return push(cursor.signed(4).map(Node.int))
        case "K": return push(cursor.size(1).map(Node.int))
        case "M": return push(cursor.size(2).map(Node.int))
        case "\u{8A}": return push(Self.long(&cursor, lengthBytes: 1))
        case "\u{8B}": return push(Self.long(&cursor, lengthBytes: 4))
        case "G":
            // The one big-endian number of the format.
            return push(
                cursor.bytes(8).map { .float(Double(bitPattern: $0.reduce(0) { $0 << 8 | UInt64($1) })) })
        case "\u{8C}": return push(Self.text(&cursor, lengthBytes: 1))
        case "X": return push(Self.text(&cursor, lengthBytes: 4))
        case "\u{8D}": return push(Self.text(&cursor, lengthBytes: 8))
        // Protocol 2 calls the strings of Python 2 so, which TorchScript's archives have.
        case "U": return push(Self.text(&cursor, lengthBytes: 1))
        case "T": return push(Self.text(&cursor, lengthBytes: 4))
        case "C": return push(Self.skip(&cursor, lengthBytes: 1))
        case "B": return push(Self.skip(&cursor, lengthBytes: 4))
        case "\u{8E}", "\u{96}": return push(Self.skip(&cursor, lengthBytes: 8))

        case "(":
            marks.append(stack.count)
            return true
        case "0": return stack.popLast() != nil
        case "1": return popMark() != nil
        case "2": return push(reference: stack.last)

        case ")": return push(.tuple([]))
        case "\u{85}": return push(pop(1).map(Node.tuple))
        case "\u{86}": return push(pop(2).map(Node.tuple))
        case "\u{87}": return push(pop(3).map(Node.tuple))
        case "t": return push(popMark().map(Node.tuple))
        case "]", "\u{8F}": return push(.list([]))
        case "l", "\u{91}": return push(popMark().map(Node.list))
        case "a": return append(pop(1))
        case "e", "\u{90}": return append(popMark())
        case "}": return push(.dictionary([]))
        case "d": return push(popMark().flatMap(Self.pairs).map(Node.dictionary))
        case "s": return insert(pop(2))
        case "u": return insert(popMark())

        case "c":
            guard let module = cursor.line(), let name = cursor.line() else { return false }
            return push(.global(module: module, name: name))
        case "\u{93}":
            guard let names = pop(2), case .string(let module) = nodes[names[0]],
                case .string(let name) = nodes[names[1]]
            else { return false }
            return push(.global(module: module, name: name))
        case "R", "\u{81}": return call(pop(2))
        case "\u{92}": return call(pop(3).map { Array($0.dropLast()) })
        case "b":
            guard let state = stack.popLast(), let object = stack.last else { return false }
            states[object] = state
            return true
        case "Q": return push(stack.popLast().map(Node.persistent))

        case "q": return remember(cursor.size(1))
        case "r": return remember(cursor.size(4))
        case "\u{94}": return remember(memo.count)
        case "h": return recall(cursor.size(1))
        case "j": return recall(cursor.size(4))
        default: return false
        }
    }

    // MARK: - The stack

    private mutating func push(_ node: Node?) -> Bool {
        guard let node else { return false }
        nodes.append(node)
        return push(reference: nodes.count - 1)
    }

    private mutating func push(reference: Reference?) -> Bool {
        guard let reference else { return false }
        stack.append(reference)
        return true
    }

    private mutating func pop(_ count: Int) -> [Reference]? {
        guard stack.count - (marks.last ?? 0) >= count else { return nil }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    /// Takes everything above the last mark.
    private mutating func popMark() -> [Reference]? {
        guard let mark = marks.popLast(), mark <= stack.count else { return nil }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    // MARK: - The memo

    private mutating func remember(_ key: Int?) -> Bool {
        guard let key, let top = stack.last else { return false }
        memo[key] = top
        return true
    }

    private mutating func recall(_ key: Int?) -> Bool {
        push(reference: key.flatMap { memo[$0] })
    }

    // MARK: - Containers

    private mutating func append(_ items: [Reference]?) -> Bool {
        guard let items, let target = stack.last else { return false }
        if case .list(var list) = nodes[target] {
            // Without a second owner the list grows in place.
            nodes[target] = .null
            list += items
            nodes[target] = .list(list)
        }
        return true
    }

    private mutating func insert(_ items: [Reference]?) -> Bool {
        guard let pairs = items.flatMap(Self.pairs), let target = stack.last else { return false }
        if case .dictionary(var dictionary) = nodes[target] {
            nodes[target] = .null
            dictionary += pairs
            nodes[target] = .dictionary(dictionary)
        }
        return true
    }

    private static func pairs(_ items: [Reference]) -> [(key: Reference, value: Reference)]? {
        guard items.count % 2 == 0 else { return nil }
        return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
    }

    private mutating func call(_ operands: [Reference]?) -> Bool {
        guard let operands, operands.count == 2 else { return false }
        if case .global("collections", "OrderedDict") = nodes[operands[0]] {
            return push(.dictionary([]))
        }
        return push(.call(operands[0], arguments: operands[1]))
    }

    // MARK: - Operands

    private static func long(_ cursor: inout ByteCursor, lengthBytes: Int) -> Node? {
        guard let length = cursor.size(lengthBytes) else { return nil }
        if length <= 8 { return cursor.signed(length).map(Node.int) }
        return cursor.bytes(length).map { _ in .other }
    }

    private static func text(_ cursor: inout ByteCursor, lengthBytes: Int) -> Node? {
        cursor.size(lengthBytes).flatMap { cursor.text($0) }.map(Node.string)
    }

    private static func skip(_ cursor: inout ByteCursor, lengthBytes: Int) -> Node? {
        cursor.size(lengthBytes).flatMap { cursor.bytes($0) }.map { _ in .other }
    }
}
