"""Tables as Markdown has them, and the documents they stand in."""
import re


def table(header, rows):
    """A table; empty where there are no rows."""
    if not rows:
        return ""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def parts(goal, sections, machines):
    """Name in the document → its tables as Markdown, below the conditions of each machine that they were measured on.

    sections: name → the beginnings of its rows' names, and what makes its tables.
    """
    found = {}
    for name, (prefixes, makers) in sections.items():
        for measurements in machines:
            made = [text for text in (make(measurements) for make in makers) if text]
            if made:
                found.setdefault(name, []).extend(["\n".join(measurements.conditions(goal, prefixes)), *made])
    return {name: "\n\n".join(blocks) for name, blocks in found.items()}


def write(path, goal, parts):
    """Puts each part between the markers of its name in the document at `path`: <!-- make GOAL: NAME --> … <!-- end -->."""
    text = open(path).read()
    for name, part in parts.items():
        marked = re.compile(rf"(?s)(<!-- make {goal}: {name} -->\n).*?(<!-- end -->)")
        if not marked.search(text):
            raise SystemExit(f"{goal}: {path} has no place for {name}")
        text = marked.sub(lambda match: f"{match[1]}\n{part}\n\n{match[2]}", text)
    open(path, "w").write(text)


def times(ratio):
    return f"{ratio:.1f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def mib(count):
    return f"{count / (1 << 20):,.0f} MiB"


def seconds(value):
    return f"{value:,.2f} s" if value < 10 else f"{value:,.1f} s" if value < 100 else f"{value:,.0f} s"
