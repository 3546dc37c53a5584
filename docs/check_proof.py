#!/usr/bin/env python3
"""Checks that an observation stood in a ledger as a head states; see proof.md.

    python3 check_proof.py PROOF.json HEAD.json

Needs nothing but Python 3 and the two files: no store, no network, nothing of the program that made them. Prints what
was proved and ends with 0, or says what does not hold and ends with 1. Trust the head, not the proof: get it from where
it was published.
"""

import datetime
import hashlib
import json
import re
import sys

PARTS = ["place", "item", "source", "time", "version", "known_at", "text", "unit", "value", "published", "qualifier",
         "flag", "method", "reason"]
NUMBERS = {"time", "version", "known_at"}
CONTENT = {"at", "who", "action", "subject", "what", "why", "prev_hash"}
HEAD = {"format", "store", "day", "row", "row_hash", "at", "rows_root", "batches"}


class DoesNotHold(ValueError):
    """Something in the files does not follow from the rest."""


def need(holds, what):
    if not holds:
        raise DoesNotHold(what)


def keys(value, names, what):
    need(type(value) is dict and set(value) == set(names), f"{what} has other fields than {', '.join(sorted(names))}")


def text(value):
    need(type(value) is str, f"{value!r} is no text")
    return value


def number(value):
    need(type(value) is int and -(2**63) <= value < 2**63, f"{value!r} is no whole number of eight bytes")
    return value


def digits(value):
    need(re.fullmatch("[0-9a-f]{64}", text(value)) is not None, f"{value!r} is no hash: 64 digits 0-9 a-f")
    return value


def leaf_hash(parts):
    """SHA-256 of 0x00, 0x01 (the version of the encoding) and each part with its length before it."""
    hashed = hashlib.sha256(b"\x00\x01")
    for part in parts:
        part = part.to_bytes(8, "big", signed=True) if type(part) is int else part.encode("utf-8")
        hashed.update(len(part).to_bytes(8, "big") + part)
    return hashed.digest()


def climb(hashed, siblings):
    """The root: at each step SHA-256 of 0x01, the left hash and the right hash."""
    need(type(siblings) is list, "siblings are no list")
    for sibling in siblings:
        keys(sibling, {"side", "hash"}, "a sibling")
        other = bytes.fromhex(digits(sibling["hash"]))
        need(sibling["side"] in ("left", "right"), f"a sibling stands on the {sibling['side']!r}")
        pair = other + hashed if sibling["side"] == "left" else hashed + other
        hashed = hashlib.sha256(b"\x01" + pair).digest()
    return hashed.hex()


def read(data, what):
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError as error:
        raise DoesNotHold(f"the {what} is no JSON: {error}") from error


def check(proof_bytes, head_bytes):
    """Gives the parts of the observation, by name, and the head. Raises ValueError where anything does not hold."""
    head = read(head_bytes, "head")
    # The portal gives a head, and a proof, together with what their pages say.
    head = head["head"] if type(head) is dict and "head" in head else head
    keys(head, HEAD, "the head")
    need(head["format"] == "qingliu-head/1", f"the head has the form {head['format']!r}")

    proof = read(proof_bytes, "proof")
    proof = proof["proof"] if type(proof) is dict and "proof" in proof else proof
    keys(proof, {"format", "leaf", "siblings", "root", "row", "row_siblings", "head"}, "the proof")
    need(proof["format"] == "qingliu-proof/1", f"the proof has the form {proof['format']!r}")

    # 1. The observation is what its hash says.
    leaf = proof["leaf"]
    keys(leaf, {"encoding", "parts", "hash"}, "the leaf")
    need(type(leaf["encoding"]) is int and leaf["encoding"] == 1, "the leaf has an encoding that is not known here")
    need(type(leaf["parts"]) is list, "the parts of the leaf are no list")
    for part in leaf["parts"]:
        keys(part, {"name", "value"}, "a part of the leaf")
    need([part["name"] for part in leaf["parts"]] == PARTS, "the leaf has other parts than an observation")
    parts = {part["name"]: part["value"] for part in leaf["parts"]}
    hashed = leaf_hash([number(parts[name]) if name in NUMBERS else text(parts[name]) for name in PARTS])
    need(hashed.hex() == digits(leaf["hash"]), "the leaf is not what its hash says")

    # 2. It stands under the root of its batch.
    root = digits(proof["root"])
    need(climb(hashed, proof["siblings"]) == root, "the leaf does not lead to the root of its batch")

    # 3. That root entered with a row of the ledger. What the row says is there unless it was left out as private.
    row = proof["row"]
    fields = {"seq", "hash", "made_up"}
    keys(row, fields | {"content"} if type(row) is dict and "content" in row else fields, "the row")
    seq, row_hash, made_up = number(row["seq"]), digits(row["hash"]), row["made_up"]
    need(type(made_up) is bool, "the mark of the row is neither true nor false")
    if "content" in row:
        content = row["content"]
        keys(content, CONTENT, "the content of the row")
        names = ["who", "action", "subject", "what", "why", "prev_hash"]
        told = leaf_hash([seq, number(content["at"])] + [text(content[name]) for name in names])
        need(told.hex() == row_hash, "the row is not what its hash says")
        what = read(content["what"].encode("utf-8"), "content of the row")
        need(content["action"] == "observations" and type(what) is dict and what.get("root") == root,
             "the row does not carry the root of the batch")
        need(what.get("made_up") is made_up, "the mark of the row is not what it says")

    # 4. That row stands under the root over all rows, and the head states that root.
    rows_root = climb(leaf_hash([seq, row_hash, root, "made_up" if made_up else "-"]), proof["row_siblings"])
    need(rows_root == digits(head["rows_root"]), "the row does not lead to the root that the head states")
    need(1 <= seq <= number(head["row"]), "the row came after the head")
    canonical = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    need(digest == digits(proof["head"]), "the proof was made for another head")
    return parts, head, row


def shanghai(seconds):
    start = datetime.datetime(1970, 1, 1, 8)
    try:
        return (start + datetime.timedelta(seconds=seconds)).isoformat(" ") + " +08:00"
    except OverflowError:
        return f"{seconds} s after 1970"


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as proof, open(arguments[1], "rb") as head:
            parts, head, row = check(proof.read(), head.read())
    except (ValueError, TypeError, RecursionError) as error:
        print(f"the proof does not hold: {error}")
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    unit = "" if parts["unit"] == "1" else " " + parts["unit"]
    made_up = " [made up for a demonstration]" if row["made_up"] else ""
    print(f"the proof holds{made_up}: {parts['place']} {parts['item']} = {parts['text']}{unit} "
          f"(version {parts['version']}, {parts['source']}), measured {shanghai(parts['time'])}")
    print(f"it came with ledger row {row['seq']} and stands in the head of {head['day']}, row {head['row']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
