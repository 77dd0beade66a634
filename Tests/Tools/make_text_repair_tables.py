"""Writes the tables of Sources/CLIP/TextRepair: HTML's entities, code pages, and ftfy's patterns of mojibake.

usage: make_text_repair_tables.py SOURCES_DIR       (SOURCES_DIR: Sources/CLIP/TextRepair)

Needs ftfy 6.3.1 (Apache-2.0, Robyn Speer). The entities are those of the HTML standard as Python has them.
"""
import html.entities
import re
import sys

import ftfy
from ftfy import badness, chardata

output = sys.argv[1]


def escaped(text, swift):
    """Printable ASCII as itself, everything else as an escape, of Swift or of a regular expression."""
    def one(char):
        if char in '"\\' and swift:
            return "\\" + char
        if " " < char < "\x7f" or (char == " " and swift):
            return char
        return f"\\u{{{ord(char):X}}}" if swift else f"\\u{ord(char):04X}"
    return "".join(map(one, text))


def plain_pattern(pattern):
    """A pattern of Python's `re` in its verbose form, as one that PCRE2 understands, without white space."""
    made, in_class, position = [], False, 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "\\":
            following = pattern[position]
            position += 1
            made.append({
                "s": r"[\u0009-\u000D\u001C-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]",
                "w": r"[\p{L}\p{N}_]",
                "x": "",
            }[following] if not (in_class and following != "x") else "\\" + following)
            if following == "x":
                made.append(f"\\u00{pattern[position:position + 2].upper()}")
                position += 2
        elif in_class:
            in_class = char != "]"
            made.append(escaped(char, False))
        elif char == "[":
            in_class = True
            made.append(char)
            if pattern[position] == "^":
                made.append("^")
                position += 1
        elif char == "#":
            position = pattern.index("\n", position)
        elif char == ".":
            made.append(r"[^\n]")
        elif not char.isspace():
            made.append(escaped(char, False))
    return "".join(made)


def wrapped(text, indent, width=100):
    """The lines of a string literal that ends its lines with a backslash."""
    lines, line = [], ""
    for piece in re.findall(r"\\u\{[0-9A-F]+\}|\\u[0-9A-F]{4}|\\.|.", text):
        if len(line) + len(piece) > width:
            lines.append(line)
            line = ""
        line += piece
    return ("\\\n" + indent).join(lines + [line])


HEADER = "// Made by Tests/Tools/make_text_repair_tables.py.\n\n"

with open(f"{output}/MojibakeTables.swift", "w") as file:
    file.write(HEADER)
    file.write(f'''/// What text looks like that was decoded with the wrong encoding: the patterns and code pages of ftfy {ftfy.__version__}
/// (Robyn Speer, Apache-2.0), in the syntax of PCRE2 with `\\u` as in JavaScript.
enum MojibakeTables {{
''')
    for name, comment, pattern in [
        ("badness", "Neighbours that hardly ever stand together on purpose (`ftfy.badness`).", badness.BADNESS_RE.pattern),
        ("sequences", "Runs that read as UTF-8 once they are bytes again (`UTF8_DETECTOR_RE`).",
         chardata.UTF8_DETECTOR_RE.pattern),
    ]:
        # A raw string, in which a line ends with \# where the pattern goes on.
        body = wrapped(plain_pattern(pattern), "        ").replace("\\\n", "\\#\n")
        file.write(f'    /// {comment}\n    static let {name} = #"""\n        {body}\n        """#\n\n')
    file.write('''    /// The single-byte encodings that are tried, in this order, and the letters of their bytes from 0x80 on. A byte that an
    /// encoding leaves out is the control sign of its number, as in browsers.
    static let codePages: [(name: String, upperHalf: String)] = [
''')
    for encoding in chardata.CHARMAP_ENCODINGS:
        letters = bytes(range(0x80, 0x100)).decode(encoding)
        assert len(letters) == 128
        body = wrapped(escaped(letters, True), "            ")
        file.write(f'        (\n            "{encoding}",\n            """\n            {body}\n            """\n        ),\n')
    file.write("    ]\n}\n")

with open(f"{output}/HTMLEntityTable.swift", "w") as file:
    file.write(HEADER)
    file.write('''/// The named characters of HTML (html.spec.whatwg.org, section 13.5): a name, with its semicolon where it needs one, and the
/// numbers of its one or two characters, an entry a line.
let htmlEntityTable = """
''')
    for name, value in html.entities.html5.items():
        file.write(f"    {name} {' '.join(f'{ord(char):X}' for char in value)}\n")
    file.write('    """\n')
