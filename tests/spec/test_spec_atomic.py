"""Files that appear whole or not at all."""

from __future__ import annotations

import pytest

from specrun.spec.atomic import flush, replace_file, write_file


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it(tmp_path, durable):
    path = tmp_path / "new" / "file"
    write_file(path, b"first, and longer", durable=durable)
    with path.open("rb") as reader:
        replace_file(path, b"second", durable=durable)
        assert reader.read() == b"first, and longer"
    assert path.read_bytes() == b"second"
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_what_cannot_be_written_is_told_with_its_name_and_leaves_nothing(tmp_path):
    (tmp_path / "folder" / "inner").mkdir(parents=True)
    for target, path in (("folder", tmp_path / "folder"), ("gone", tmp_path / "gone" / "file")):
        with pytest.raises(OSError, match=target) as raised:
            replace_file(path, b"x")
        assert target in str(raised.value.filename)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder"]


def test_flushing_takes_files_and_folders_and_names_what_is_not_there(tmp_path):
    write_file(tmp_path / "file", b"x", durable=False)
    flush(tmp_path / "file")
    flush(tmp_path)
    with pytest.raises(FileNotFoundError, match="gone"):
        flush(tmp_path / "gone")
