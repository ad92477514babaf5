"""Untrusted zips: is everything hostile refused by name, and the rest read?"""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation_lab_tools.grader.finding import archives
from activation_lab_tools.grader.finding.archives import MEGABYTE, Unreadable, extract, members, members_of

LIMIT = 20 * MEGABYTE


def packed(*entries, method=zipfile.ZIP_DEFLATED):
    """A zip, open for reading; entries are (name or ZipInfo, bytes)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return file


def patched(file, change):
    """The zip with its bytes changed by `change(bytearray)`."""
    data = bytearray(file.getvalue())
    change(data)
    return io.BytesIO(bytes(data))


def entry(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def central(data):
    """Where the first entry of the table of contents begins."""
    return data.index(b"PK\1\2")


def objection(file, name):
    return members(file)[name].objection


PATHS = st.lists(st.text("abczé日", min_size=1, max_size=8), min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(PATHS, st.binary(max_size=3000)))
def test_what_was_packed_comes_out(files):
    """Do names and bytes come back, stored or deflated?"""
    for method in archives.METHODS:
        file = packed(*files.items(), method=method)
        listed = members(file)
        assert [(one.parts, one.objection) for one in listed.values()] == [(tuple(n.split("/")), "") for n in files]
        assert {name: extract(file, one, 3000) for name, one in listed.items()} == files


@pytest.mark.parametrize(
    "name", ["../x.ipynb", "a/../../x.ipynb", "/etc/x.ipynb", "C:/x.ipynb", "c:\\x.ipynb", "..\\x.ipynb", "\\\\host\\x"]
)
def test_paths_that_lead_out(name):
    """Is a path that leads out of the zip refused, with either slash, and the rest read?"""
    file = packed((name, b"evil"), ("ada/x.ipynb", b"good"))
    assert "leads out" in objection(file, name)
    with pytest.raises(Unreadable, match="leads out"):
        extract(file, members(file)[name], LIMIT)
    assert extract(file, members(file)["ada/x.ipynb"], LIMIT) == b"good"


def test_backslashes_separate_folders():
    """Are the folders in a zip of an old Windows program found?"""
    assert members(packed(("Ada\\03\\x.ipynb", b"")))["Ada\\03\\x.ipynb"].parts == ("Ada", "03", "x.ipynb")


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFBLK])
def test_no_links_and_devices(mode):
    """Is a link or a device within a zip refused?"""
    assert objection(packed((entry("x.ipynb", mode | 0o777), b"/etc/passwd")), "x.ipynb")
    assert not objection(packed((entry("x.ipynb", stat.S_IFREG | 0o644), b"{}")), "x.ipynb")


@pytest.mark.parametrize("name", ["a\nb.ipynb", "\x1b[2Jx.ipynb", "x\x7f.ipynb", "x\x9b.ipynb"])
def test_control_characters(name):
    """Is a name that acts on a terminal refused?"""
    assert "control characters" in objection(packed((name, b"")), name)


def test_a_name_that_ends_early():
    """Is a name with a NUL refused, which programs read in two ways?"""

    def put_nul(data):
        for at in (data.index(b"x.ipynbZ"), data.rindex(b"x.ipynbZ")):
            data[at + 7] = 0

    file = patched(packed(("x.ipynbZ.txt", b"")), put_nul)
    assert "control characters" in objection(file, "x.ipynb")


def test_long_names():
    """Is a name that no system can hold refused?"""
    assert "longer than 255" in objection(packed(("a" * 300 + "/x.ipynb", b"")), "a" * 300 + "/x.ipynb")


def test_encrypted():
    """Is an encrypted file refused?"""

    def encrypt(data):
        data[central(data) + 8] |= 1

    assert "encrypted" in objection(patched(packed(("x.ipynb", b"{}")), encrypt), "x.ipynb")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods(method):
    """Is a method refused whose unpacking cannot be stopped at a limit?"""
    assert f"method {method}" in objection(packed(("x.ipynb", b"{}"), method=method), "x.ipynb")


def test_two_files_of_one_name():
    """Is a name that occurs twice in a zip refused, rather than one of the files chosen?"""
    with pytest.warns(UserWarning, match="Duplicate name"):
        file = packed(("x.ipynb", b"1"), ("x.ipynb", b"2"))
    assert "2 files of this name" in objection(file, "x.ipynb")


def test_a_bomb_by_its_ratio():
    """Is a file refused that claims to unpack to a thousand times its size, and an honest long output read?"""
    honest = "".join(f"epoch {i}: loss {1 / (i + 1):.6f}\n" for i in range(50_000)).encode()
    file = packed(("bomb.ipynb", bytes(2 * MEGABYTE)), ("x.ipynb", honest), ("zeros.ipynb", bytes(900_000)))
    listed = members(file)
    assert "zip bomb" in listed["bomb.ipynb"].objection
    assert extract(file, listed["x.ipynb"], LIMIT) == honest
    assert extract(file, listed["zeros.ipynb"], LIMIT) == bytes(900_000)


@pytest.mark.parametrize("claim", [10, 1000])
def test_a_bomb_that_claims_to_be_small(claim):
    """Is no more than the limit ever unpacked, whatever the zip claims of the size?"""

    def claim_less(data):
        at = central(data)
        struct.pack_into("<I", data, at + 24, claim)

    file = patched(packed(("x.ipynb", bytes(20 * MEGABYTE))), claim_less)
    member = members(file)["x.ipynb"]
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match=f"more than 1,048,576 bytes, though its zip claims {claim:,}"):
            extract(file, member, MEGABYTE)
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_claim_of_terabytes():
    """Is no memory allocated because of a claimed size?"""
    file = packed(("x.ipynb", b"{}"))
    member = members(file)["x.ipynb"]
    assert extract(file, replace(member, packed=2**62), 1000) == b"{}"
    with pytest.raises(Unreadable, match="checksum"):
        extract(file, replace(member, packed=2**62, method=zipfile.ZIP_STORED), 1000)
    for offset in (-1, 2**62, 2**64):
        with pytest.raises(Unreadable, match="not where its zip says"):
            extract(file, replace(member, offset=offset), 1000)
    with pytest.raises(Unreadable, match="at most 1,000 are read"):
        extract(file, replace(member, size=2**62), 1000)


def test_a_long_table_of_contents():
    """Is a table of contents refused that is longer than the permitted number of files needs?"""

    def claim_more(data):
        struct.pack_into("<I", data, data.rindex(b"PK\5\6") + 12, 2**31)

    with pytest.raises(Unreadable):
        members(patched(packed(("x.ipynb", b"{}")), claim_more))
    many = packed(*((f"{i:04}", b"") for i in range(1000)))
    assert len(members(many, most=1000)) == 1000
    with pytest.raises(Unreadable, match="holds 1,000 files; at most 900"):
        members(many, most=900)
    with pytest.raises(Unreadable, match="table of contents claims"):
        members(many, most=100)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", b"PK\5\6" + bytes(17), bytes(100_000)])
def test_no_zip(data):
    """Is something else that is called a zip refused with a sentence?"""
    with pytest.raises(Unreadable, match="not a zip, or is damaged"):
        members(io.BytesIO(data))


def test_a_damaged_byte():
    """With any bit flipped, or any byte a NUL or a slash, does reading end in the right bytes or in a sentence?"""
    contents = b"{} " * 50, b"[]" * 40
    good = packed(("ada/x.ipynb", contents[0]), ("bob/y.ipynb", contents[1]), ("cyd/", b"")).getvalue()
    for at, byte in enumerate(good):
        for value in (*(byte ^ 1 << bit for bit in range(8)), 0, ord("/"), ord("\\")):
            file = io.BytesIO(good[:at] + bytes([value]) + good[at + 1 :])
            try:
                for member in members(file).values():
                    folder = member.parts[-1:] == ("",)
                    assert extract(file, member, 1000) in contents + (b"",) * folder
            except Unreadable as error:
                assert str(error).endswith(".")


@pytest.mark.parametrize(("name", "sentence"), [(b"\0", "control characters"), (b".", "has no name")])
def test_a_file_without_a_name(name, sentence):
    """Is a file refused whose name is empty, or ends before it begins?"""
    file = patched(packed(("x", b"{}")), lambda data: data.__setitem__(slice(None), data.replace(b"x", name)))
    (member,) = members(file).values()
    assert sentence in member.objection


@pytest.mark.parametrize("length", range(1, 200, 7))
def test_a_zip_cut_short(length):
    """Is a download that broke off refused?"""
    data = packed(("ada/x.ipynb", b"{} " * 50), ("bob/y.ipynb", b"[]" * 40)).getvalue()
    with pytest.raises(Unreadable):
        members(io.BytesIO(data[:-length]))


def test_utf8_that_is_not_declared():
    """Is a name repaired that a program wrote in UTF-8 without saying so, and one in code page 437 left?"""
    for name, raw in (("Jägerß日.ipynb", "Jägerß日.ipynb".encode()), ("Jäger.ipynb", b"J\x84ger.ipynb")):
        placeholder = "x" * len(raw)

        def rename(data, raw=raw, placeholder=placeholder):
            data[:] = data.replace(placeholder.encode(), raw)

        (member,) = members(patched(packed((placeholder, b"")), rename)).values()
        assert member.parts == (name,)


def test_a_zip_is_listed_once(tmp_path, monkeypatch):
    """Is a zip listed once no matter how often it is needed, and again after it changes?"""
    path = tmp_path / "class.zip"
    path.write_bytes(packed(("x.ipynb", b"1")).getvalue())
    first = members_of(path)
    assert members_of(path) is first
    path.write_bytes(packed(("other.ipynb", b"1")).getvalue())
    os.utime(path, (1, 1))
    assert list(members_of(path)) == ["other.ipynb"]
    with pytest.raises(Unreadable, match="cannot be opened"):
        members_of(tmp_path / "none.zip")
