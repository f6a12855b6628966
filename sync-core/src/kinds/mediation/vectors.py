"""Reads the vectors of canonical content with nothing but Python, as another program would check a paper.

    python3 vectors.py [FILE]

Exit status 1 if bytes or hash of one differ. docs/MEDIATION.md describes the form.
"""

import hashlib
import json
import pathlib
import sys


def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    for low, length in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * length:
            return bytes([major << 5 | low]) + number.to_bytes(length, "big")
    raise ValueError(number)


def encode(value):
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, str):
        data = value.encode()
        return head(3, len(data)) + data
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(of)) for key, of in value.items())
        return head(5, len(pairs)) + b"".join(key + of for key, of in pairs)
    raise TypeError(type(value))


def main():
    here = pathlib.Path(__file__).with_name("vectors.json")
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    wrong = 0
    vectors = json.loads(path.read_text(encoding="utf-8"))
    for vector in vectors:
        data = encode(vector["content"])
        if data.hex() != vector["bytes"] or hashlib.sha256(data).hexdigest() != vector["sha256"]:
            wrong += 1
            print("differs:", vector["name"])
    print(f"{len(vectors) - wrong} of {len(vectors)} vectors are the same")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
