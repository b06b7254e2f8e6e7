"""`comity keygen`: a file that only its owner reads, never one over another."""

import json
from pathlib import Path

import pytest

from registry.cli import keystore
from registry.proofs.signature import key_of
from tests.unit.cli.conftest import PASSWORD, Comity


def test_it_prints_the_key_of_the_file_that_it_writes(comity: Comity, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    ran = comity("keygen", "--out", path)
    assert ran.code == 0, ran.err
    key = ran.out.strip()
    value = json.loads(path.read_text())
    assert key_of(keystore.decrypt(value, PASSWORD)) == key
    assert value["crypto"]["kdfparams"]["n"] == 1 << 18
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(comity: Comity, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text("somebody's key")
    ran = comity("keygen", "--out", path)
    assert (ran.code, ran.out) == (2, "")
    assert "FILE_EXISTS" in ran.err
    assert path.read_text() == "somebody's key"


@pytest.mark.parametrize("password", [None, ""])
def test_without_a_password_there_is_no_key(
    password: str | None, comity: Comity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if password is None:
        monkeypatch.delenv("COMITY_KEY_PASSWORD")
    else:
        monkeypatch.setenv("COMITY_KEY_PASSWORD", password)
    ran = comity("keygen", "--out", tmp_path / "mine.json")
    assert ran.code == 2
    assert "KEY_PASSWORD_MISSING" in ran.err
    assert not (tmp_path / "mine.json").exists()


def test_a_folder_that_is_not_there_is_told(comity: Comity, tmp_path: Path) -> None:
    ran = comity("keygen", "--out", tmp_path / "nowhere" / "mine.json")
    assert ran.code == 2
    assert "FILE_UNWRITABLE" in ran.err
