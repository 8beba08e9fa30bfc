"""Files that are large, binary, special or deep are refused at once, and never read further than needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim

GOOD = "format: 1\nkind: charter\nname: Body\nsponsor: CHN\n"


def refused(path: Path, *words: str) -> sim.ScenarioError:
    """The error of a file, which names the file and says all of the words."""
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert all(word in message for word in words), message
    return caught.value


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x00\x01\x02\xff\xfe" * 100, "UTF-8"),
        (GOOD.encode() + b"title: \xe9t\xe9\n", "0xe9"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (GOOD.encode() + b"title: a\x00b\n", "control character"),
        (b"\x7fELF" + bytes(range(256)) * 20, "UTF-8"),
        (b"a: " + b"[" * 100_000, "nested deeper"),
        (b"a: " + b"{a: " * 100_000, "nested deeper"),
        (b"- " * 100_000, "nested deeper"),
        (b"".join(b" " * depth + b"a:\n" for depth in range(1000)), "nested deeper"),
        (b"? " * 50_000, ""),
        (b"a: " + b"9" * 5000, "whole number of 5000 characters"),
        (b"a: 0x" + b"F" * 5000, "whole number of"),
        (b"a: 1." + b"0" * 5000 + b"e5", ""),
        (b"format: 1\nworld: [" + b"x, " * 300_000 + b"]", "more than 20000 values"),
        (b"&a a: *a\n", "without its anchor"),
        (b"'" * 99_999, ""),
        (b"a: |\n" + b"  " + b"x" * 900_000 + b"\nb: c", "format"),
        (b"%YAML 1.1\n---\nformat: 1\nkind: on\n", "kind"),
        (b"!" * 1000, ""),
        (b"&" * 1000, ""),
        (b"#" * 900_000, "empty"),
        (b"\n" * 900_000, "empty"),
        (b"a" * 900_000, "single value"),
        (b'"' + b"\\x41" * 200_000 + b'"', "single value"),
    ],
    ids=lambda value: repr(value[:12]) if isinstance(value, bytes) else None,
)
def test_damaged_text_is_refused(content: bytes, word: str, tmp_path: Path) -> None:
    file = tmp_path / "damaged.yaml"
    file.write_bytes(content)
    refused(file, word)
    assert os.listdir(tmp_path) == ["damaged.yaml"]


def test_a_file_of_100_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    refused(file, "100.0 MB", "at most 1 MB")


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, "this is a folder")
    refused(tmp_path / "absent.yaml", "no such file")
    refused(Path("/dev/zero"), "no regular file")
    os.mkfifo(tmp_path / "pipe.yaml")
    refused(tmp_path / "pipe.yaml", "no regular file")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    refused(tmp_path / "loop.yaml")
    refused(tmp_path / ("long" * 200 + ".yaml"), "cannot be read")
    refused(tmp_path / "absent.yaml" / "below.yaml", "no such file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret.yaml"
    file.write_text(GOOD)
    file.chmod(0)
    refused(file, "cannot be read")


def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(GOOD)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    file = inside / "scenario.yaml"
    file.write_text("format: 1\nkind: scenario\nbodies: {waico: {charter: link.yaml}}\n")
    refused(file, "leaves the folder inside/")


def test_special_files_are_refused_as_charters_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    file = tmp_path / "scenario.yaml"
    file.write_text("format: 1\nkind: scenario\nbodies: {waico: {charter: pipe.yaml}}\n")
    with pytest.raises(sim.ScenarioError, match="no regular file"):
        sim.load(file)


def test_a_byte_order_mark_of_utf_8_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "marked.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert sim.load(file).name == "Body"


def test_no_tag_is_ever_obeyed(tmp_path: Path) -> None:
    file = tmp_path / "tag.yaml"
    file.write_text(GOOD + f'title: !!python/object/apply:os.system ["touch {tmp_path}/made"]\n')
    refused(file, "tag")
    assert os.listdir(tmp_path) == ["tag.yaml"]


def test_the_command_ends_with_2_and_without_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_bytes(b"a: " + b"[" * 1000)
    command = [sys.executable, "-m", "sim", "validate", str(file), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert f"{file}:1:" in done.stderr and "this is a folder" in done.stderr


_WORDS = st.sampled_from(
    [
        "format",
        "kind",
        "scenario",
        "charter",
        "name",
        "sponsor",
        "CHN",
        "tiers",
        "member",
        "fund",
        "levy",
        "rule",
    ]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["tiers", "fund", "voting", "events", "policy", "evidence", "host"]), _VALUES
    ),
    kind=st.sampled_from(["charter", "scenario", "study"]),
)
def test_any_values_load_or_are_refused_with_a_place(
    fields: dict[str, object], kind: str, tmp_path: Path
) -> None:
    file = tmp_path / "any.yaml"
    head = {"charter": {"name": "Body", "sponsor": "CHN"}, "study": {"scenario": {}}, "scenario": {}}[kind]
    inside = (
        {"bodies": {"waico": {"name": "Body", "sponsor": "CHN", **fields}}} if kind != "charter" else fields
    )
    data = {"scenario": inside} if kind == "study" else {**head, **inside}
    lines = "".join(f"{key}: {_flow(value)}\n" for key, value in {"format": 1, "kind": kind, **data}.items())
    file.write_text(lines)
    try:
        sim.load(file)
    except sim.ScenarioError as error:
        assert error.file == str(file) and error.line >= 1 and error.column >= 1 and error.problem


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from(list("ab:-?[]{},&*!|>'\"%@`# \n\t1.")), max_size=60))
def test_any_text_is_refused_with_one_kind_of_error(text: str, tmp_path: Path) -> None:
    file = tmp_path / "any.yaml"
    file.write_text(text)
    refused(file)


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return (
        {None: "null", True: "true", False: "false"}[value]
        if value is None or isinstance(value, bool)
        else str(value)
    )
