#!/usr/bin/env bash
# Makes the two fonts of this folder anew from Debian's packages; README.md says which versions made those that are here.
#
#   apt-get install fonts-noto-cjk unicode-data; pip install fonttools==4.68.0; ./make.sh
set -euo pipefail
cd "$(dirname "$0")"

noto="${NOTO_FOLDER:-/usr/share/fonts/opentype/noto}"
unicode="${UNICODE_FOLDER:-/usr/share/unicode}"
python="${PYTHON:-python3}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

"$python" - "$unicode" "$work" <<'PYTHON'
import bz2, glob, pathlib, sys

unicode, work = sys.argv[1], pathlib.Path(sys.argv[2])

def ranges(*pairs):
    return {code for first, last in pairs for code in range(first, last + 1)}

def of_codec(codec):
    """Every character that this codec writes in two bytes."""
    found = set()
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                text = bytes([high, low]).decode(codec)
            except UnicodeDecodeError:
                continue
            found.update(map(ord, text))
    # GBK's user-defined places are no characters.
    return {code for code in found if not 0xE000 <= code <= 0xF8FF}

# The 8,105 characters of the Table of General Standard Chinese Characters (2013).
table = set()
for name in sorted(glob.glob(f"{unicode}/Unihan_*.txt.bz2")):
    for line in bz2.open(name, "rt", encoding="utf-8"):
        if "\tkTGH\t" in line:
            table.add(int(line.split("\t")[0][2:], 16))
assert len(table) == 8105, len(table)

signs = ranges(
    (0x20, 0x7E), (0xA0, 0x17F),       # Latin; these fonts lack most of the second range
    (0x1CD, 0x1DC), (0x1F8, 0x1F9),    # Pinyin
    (0x2C6, 0x2DD), (0x391, 0x3C9), (0x401, 0x451), (0x1E3E, 0x1E3F),
    (0x2010, 0x2027), (0x2030, 0x203E),
    (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218B),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF),
    (0x2460, 0x24FF),                  # numbers in circles
    (0x2500, 0x25FF), (0x2600, 0x26FF), (0x2700, 0x27BF),
    (0x3000, 0x303F), (0x3040, 0x30FF), (0x3100, 0x312F), (0x3220, 0x325F), (0x3280, 0x33FF),
    (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF01, 0xFFEE),
)
# Met in real messages outside the tables.
met = set(map(ord, "㎡㎥﹝﹞〔〕強釆沒內〓□■△▲○●◎→←↑↓"))

middle = table | of_codec("gb2312") | signs | met
# Whole blocks, for names: ideographs and their extension A, and the radicals and compatibility forms that come along when people
# copy out of other files.
names = ranges((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x2E80, 0x2FDF), (0x2FF0, 0x2FFB), (0x31C0, 0x31E3))
large = middle | of_codec("gbk") | names
for name, codes in ("middle", middle), ("large", large):
    (work / name).write_text("\n".join(f"U+{code:04X}" for code in sorted(codes)))
    print(name, len(codes), "characters asked for")
PYTHON

subset() { # COLLECTION SET OUT
    # Index 2 of each collection is Simplified Chinese. Without the layout features: every character is drawn as its own
    # glyph, and `locl` and `vert` alone would double the files.
    "$python" -m fontTools.subset "$noto/$1" --font-number=2 --unicodes-file="$work/$2" --layout-features='' \
        --no-hinting --desubroutinize --notdef-outline --name-IDs='0,1,2,3,4,5,6,13,14' --output-file="$3"
}

subset NotoSerifCJK-Regular.ttc middle serif.otf
subset NotoSansCJK-Regular.ttc large sans.otf
sha256sum serif.otf sans.otf
