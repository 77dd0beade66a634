"""Texts for comparing tokenizers: 24,000 of everything that class names, captions and web pages have in them."""
import html.entities
import random
import unicodedata

SAMPLES = [
    "a photo of a banded texture", "bishop of llandaff dahlia", "colt's foot", "black-eyed susan", "F/A-18", "BAE 146-200",
    "DR-400", "An-12", "polka-dotted", "a satellite photo of annual crop land", "it's don't they're I've I'm we'll he'd",
    "café au lait", "naïve façade", "Ærøskøbing", "smörgåsbord", "jalapeño", "Übergröße", "crème brûlée", "fiancée",
    "Łódź", "Škoda", "Dvořák", "Győr", "Ağrı Dağı", "İstanbul ılık", "São Paulo", "Привет, мир", "Ελληνικά ΣΑΣ Ωμέγα",
    "日本語のテキスト", "中文字符", "한국어 문장", "नमस्ते दुनिया", "สวัสดีครับ", "مرحبا بالعالم", "שלום עולם", "ภาษาไทย",
    "“curly” ‘quotes’ — and… dashes", "½ ² Ⅳ ① ٣ ৪", "$5.99 #1 @you a+b=c", "5 °C ± 2 µm", "x² + y² ≤ z²", "™ ® © €100 £20 ¥3",
]
EMOJI = ["😀", "👍🏽", "👩‍👩‍👧", "🇫🇷", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "❤️", "☺", "🦄", "🧑🏿‍🚀", "1️⃣", "⛄", "🐈‍⬛", "🌵", "🚁"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\r", "\u00a0", "\u3000", "\u2028", "\u2009", "\u0085", "\x0b", "\x0c", "\u200b"]
ODD = ["\ufeff", "\x00", "\x07", "\x1b[31m", "\x1b[0m", "\u206a", "\ufffc", "ﬁ", "ﬂ", "ﬃ", "Ĳ", "ŉ", "ǆ", "ＡＢＣ", "ｱｲｳ", "！？", "ſ", "K", "Å",
       "e\u0301", "o\u0308", "A\u030a", "ß", "ẞ", "ς", "Σ", "\u00ad", "\u200d", "\ufe0f", "<|endoftext|>", "<start_of_text>", "<end_of_text>",
       "<b>", "</p>", "&", ";", "&amp", "&#", "'s", "'S", "'Re", "'ll", "'ſ", "''", "\\", "_", "__", "`", "~"]
ENCODINGS = ["latin-1", "windows-1252", "windows-1251", "windows-1250", "windows-1253", "windows-1254", "windows-1257", "iso-8859-2",
             "mac-roman", "cp437"]


def assigned(*categories):
    """Characters of these categories that Unicode 14 has."""
    return [chr(code) for code in range(0x20, 0x2FA20) if unicodedata.category(chr(code))[0] in categories
            and unicodedata.category(chr(code)) not in ("Cs", "Co", "Cn")]


def mojibake(rng, text):
    """The text as it looks after its UTF-8 was taken for another encoding, once or twice, and perhaps damaged further."""
    for _ in range(rng.choice([1, 1, 1, 2])):
        encoding = rng.choice(ENCODINGS)
        raw = text.encode("utf-8")
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            text = raw.decode(encoding, errors=rng.choice(["replace", "ignore"]))
    if rng.random() < 0.2:
        text = text.replace("\u00a0", " ")
    if rng.random() < 0.1:
        text = rng.choice(SAMPLES) + " " + text
    return text


def number(rng, *draws):
    """A character's number, or one that is none; not one that some later version of Unicode gave to a character."""
    while True:
        code = rng.choice(draws)(rng)
        if not 0 <= code <= 0x10FFFF or code & 0xFFFE == 0xFFFE or unicodedata.category(chr(code)) != "Cn":
            return code


def entity(rng):
    kind = rng.randrange(6)
    name = rng.choice(list(html.entities.html5))
    if kind == 0:
        return "&" + name
    if kind == 1:
        code = number(rng, lambda r: r.randrange(0x400), lambda r: r.randrange(0x12000), lambda r: 0x80 + r.randrange(32),
                      lambda r: 10 ** 12)
        return f"&#{code};"
    if kind == 2:
        code = number(rng, lambda r: r.randrange(0x3000), lambda r: r.choice([0xD800, 0x110000, 0xFFFE]))
        return f"&#x{code:x}{rng.choice([';', ' '])}"
    if kind == 3:
        return "&amp;" + name
    if kind == 4:
        return "&" + name.upper()
    return "&" + name.rstrip(";") + rng.choice(["", "x", "1", "."])


def make(words, count=24000, seed=11):
    rng = random.Random(seed)
    letters, marks, numbers, signs = assigned("L"), assigned("M"), assigned("N"), assigned("P", "S")
    # Half of the ideographs and Hangul, so that other scripts are met.
    letters = [char for char in letters if not "\u3400" <= char <= "\ud7a3" or rng.random() < 0.02]

    def phrase():
        text = " ".join(rng.choice(words) for _ in range(rng.randint(1, 6)))
        return rng.choice([text, text, text.title(), text.upper(), f"a photo of a {text}.", f"{text}, a type of {rng.choice(words)}"])

    def foreign():
        alphabet = rng.choice([letters, letters, letters + marks, letters + numbers + signs + marks])
        start = rng.randrange(len(alphabet))
        near = alphabet[start:start + 60]
        return "".join(rng.choice(near if rng.random() < 0.9 else alphabet) for _ in range(rng.randint(1, 20)))

    def mixed():
        pieces = [rng.choice([phrase, foreign, lambda: rng.choice(SAMPLES), lambda: rng.choice(EMOJI), lambda: rng.choice(ODD),
                              lambda: entity(rng), lambda: str(rng.randrange(10 ** rng.randint(1, 8))),
                              lambda: "".join(rng.choice(signs) for _ in range(rng.randint(1, 4)))])()
                  for _ in range(rng.randint(1, 8))]
        return "".join(piece + rng.choice(SPACES + ["", "", " ", " "]) for piece in pieces)

    kinds = [
        phrase, phrase, foreign, mixed, mixed,
        lambda: "".join(rng.choice(words) + rng.choice(["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "’s", "'", "-"]) + rng.choice(["", " "])
                        for _ in range(rng.randint(1, 4))),
        lambda: "".join(rng.choice("0123456789 .,-/xX%") for _ in range(rng.randint(1, 24))),
        lambda: " ".join(rng.choice(EMOJI) + rng.choice(["", phrase()]) for _ in range(rng.randint(1, 5))),
        lambda: "".join(entity(rng) + rng.choice(["", " ", phrase()]) for _ in range(rng.randint(1, 5))),
        lambda: mojibake(rng, rng.choice(SAMPLES + EMOJI)),
        lambda: mojibake(rng, foreign()),
        lambda: rng.choice([phrase, foreign, mixed])() * rng.randint(10, 60),
    ]
    fixed = SAMPLES + EMOJI + ODD + SPACES + ["", "!", "?!?!...", "x" * 400, "word " * 120, "0123456789" * 20]
    fixed += ["&" + name for name in html.entities.html5]
    # Signs that are the same as ASCII ones by Unicode's equivalence, and are not the same here.
    fixed += ["&#894;a", "a\u037eb", "&#8490;", "&\u212acy;", "&\u0301eacute;", "&eacute\u0301;", "a\u0338=b", "&lt\u0338;"]
    return fixed + [kinds[index % len(kinds)]() for index in range(count - len(fixed))]
