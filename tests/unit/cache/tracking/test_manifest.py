"""Manifests survive being stored, whatever they hold; whatever else is stored is not a manifest."""

import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pronghorn.cache.tracking.digests import digest_of
from pronghorn.cache.tracking.manifest import Dependency, Manifest, first_changed, verify

NAMES = st.text(st.characters(), max_size=20)  # surrogates too: names of files may hold any byte
DIGESTS = st.binary(max_size=40)
MANIFESTS = st.builds(
    Manifest, st.dictionaries(st.builds(Dependency, NAMES, NAMES), DIGESTS, max_size=6), st.binary(max_size=40)
)
FILE, TITLE, LABEL = Dependency("file", "a.txt"), Dependency("title", "index"), Dependency("label", "top")


def digests(**names: str) -> dict[Dependency, bytes]:
    """Return digests of texts, by the kinds above."""
    known = {"file": FILE, "title": TITLE, "label": LABEL}
    return {known[kind]: digest_of(text.encode()) for kind, text in names.items()}


def packed(names: object, *parts: bytes) -> bytes:
    """Return what claims to be a manifest of those names, with a checksum that fits."""
    text = json.dumps(names).encode() if not isinstance(names, bytes) else names
    body = struct.pack(f">{len(parts)}I", *map(len, parts)) + text + b"".join(parts)
    return struct.pack(">4sIII", b"PHm1", zlib.crc32(body), len(parts) - 1, len(text)) + body


@given(MANIFESTS)
def test_what_was_encoded_is_decoded(manifest: Manifest) -> None:
    found = Manifest.decode(manifest.encode())
    assert found == manifest
    assert list(found.dependencies) == list(manifest.dependencies)
    assert {type(key) for key in found.dependencies} <= {Dependency}


def test_equal_manifests_have_equal_bytes() -> None:
    first, second = (Manifest(digests(file="1", title="2"), b"result").encode() for _ in range(2))
    assert first == second
    assert first != Manifest(digests(title="2", file="1"), b"result").encode()


def test_packed_has_the_form_that_is_decoded() -> None:
    """Else the tests of what is wrong below would show nothing."""
    assert Manifest.decode(packed(["file", "a.txt"], b"digest", b"result")) == Manifest({FILE: b"digest"}, b"result")


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_manifest(data: bytes) -> None:
    assert Manifest.decode(data) is None
    assert Manifest.decode(b"PHm1" + data) is None


@given(MANIFESTS, st.data())
def test_one_damaged_byte_is_noticed(manifest: Manifest, data: st.DataObject) -> None:
    encoded = bytearray(manifest.encode())
    position = data.draw(st.integers(0, len(encoded) - 1))
    encoded[position] ^= data.draw(st.integers(1, 255))
    assert Manifest.decode(bytes(encoded)) is None


@given(MANIFESTS, st.data())
def test_a_part_is_no_manifest(manifest: Manifest, data: st.DataObject) -> None:
    encoded = manifest.encode()
    assert Manifest.decode(encoded[: data.draw(st.integers(0, len(encoded) - 1))]) is None
    assert Manifest.decode(encoded + b"\0") is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(packed(["file", 1], b"digest", b"result"), id="number for a name"),
        pytest.param(packed(["file", None], b"digest", b"result"), id="nothing for a name"),
        pytest.param(packed(["file", ["a.txt"]], b"digest", b"result"), id="list for a name"),
        pytest.param(packed({"file": "a.txt"}, b"digest", b"result"), id="mapping"),
        pytest.param(packed("file", b"digest", b"result"), id="string"),
        pytest.param(packed(["file"], b"digest", b"result"), id="kind without a name"),
        pytest.param(packed(["file", "a.txt"], b"result"), id="name without a digest"),
        pytest.param(packed(["file", "a.txt"] * 2, b"one", b"two", b"result"), id="the same twice"),
        pytest.param(packed(b"[" * 100_000, b"digest", b"result"), id="list in a list in a list"),
        pytest.param(packed(b"[\xff]", b"result"), id="no text"),
        pytest.param(struct.pack(">4sIII", b"PHm1", 0, 2**32 - 1, 2**32 - 1), id="impossible numbers"),
    ],
)
def test_what_only_looks_like_a_manifest_is_none(data: bytes) -> None:
    assert Manifest.decode(data) is None


def test_nothing_changed() -> None:
    known = digests(file="1", title="2")
    assert first_changed(Manifest(known, b""), known.__getitem__) is None
    assert first_changed(Manifest({}, b""), known.__getitem__) is None


def test_the_first_change_in_the_order_of_the_manifest_is_told_and_no_more_is_asked() -> None:
    manifest = Manifest(digests(file="1", title="2", label="3"), b"")
    now, asked = digests(file="1", title="two", label="three"), []

    def current(dependency: Dependency) -> bytes:
        asked.append(dependency)
        return now[dependency]

    assert first_changed(manifest, current) == TITLE
    assert asked == [FILE, TITLE]


def test_the_first_manifest_that_holds_is_found() -> None:
    now = digests(file="1", title="2")
    newest, older, oldest = (Manifest(digests(file=f), r) for f, r in (("0", b"a"), ("1", b"b"), ("1", b"c")))
    assert verify([newest, older, oldest], now.__getitem__) == (older, None)


def test_if_none_holds_the_first_change_of_the_newest_is_told() -> None:
    now = digests(file="1", title="2")
    newest, older = Manifest(digests(file="1", title="0"), b""), Manifest(digests(file="0"), b"")
    assert verify([newest, older], now.__getitem__) == (None, TITLE)
    assert verify([], now.__getitem__) == (None, None)
