"""What somebody who knows how pupil numbers are made could do with the store: hash every number that a school
could have given in a year, in every common way, and look for the result. Prints the count of numbers, of texts
looked through, and of hits."""

import base64
import hashlib
import pathlib
import sys

import pyarrow.parquet

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
HASHES = ["md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"]


def number(rest):
    value = lambda c: LETTERS.index(c) if c.isalpha() else int(c)
    return LETTERS[sum(value(c) * (i + 2) for i, c in enumerate(rest)) % 23] + rest


def forms(digest):
    text = digest.hex()
    yield from (text, text[:32], text[-32:], text[:16])
    yield base64.b64encode(digest).decode().rstrip("=").lower()
    yield base64.urlsafe_b64encode(digest).decode().rstrip("=").lower()


def main():
    store, prefix = pathlib.Path(sys.argv[1]), sys.argv[2]
    texts = set()
    for path in sorted(store.rglob("*.parquet")):
        table = pyarrow.parquet.read_table(path)
        for column in table.columns:
            texts.update(str(value).lower().rstrip("=") for value in column.to_pylist() if value is not None)
    guesses = [number(f"{prefix}{serial:03}") for serial in range(1000)]
    hits = 0
    for guess in guesses:
        for salt in ("", "pupil", "pupil\0"):
            for spelled in (guess, guess.lower()):
                data = (salt + spelled).encode()
                hits += sum(form in texts for name in HASHES for form in forms(hashlib.new(name, data).digest()))
    print(len(guesses), len(texts), hits + sum(guess.lower() in texts for guess in guesses))


main()
