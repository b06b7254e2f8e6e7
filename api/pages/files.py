"""The page's own style sheet, scripts and picture, under a name that changes with their content."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from registry.errors import NotFound

FOLDER = Path(__file__).with_name("static")
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@cache
def files() -> Mapping[str, bytes]:
    """Every file by its name."""
    kept = sorted(path for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES)
    return {path.name: path.read_bytes() for path in kept}


@cache
def edition() -> str:
    """One name for all of them together, so that scripts may name one another plainly."""
    whole = sha256()
    for name, data in files().items():
        whole.update(f"{name} {len(data)}\n".encode() + data)
    return whole.hexdigest()[:16]


def read(asked: str, name: str) -> tuple[bytes, str]:
    """A file of this edition and its media type. Raises NotFound PATH_UNKNOWN."""
    data = files().get(name) if asked == edition() else None
    if data is None:
        raise NotFound("PATH_UNKNOWN", f"there is no {name} in edition {asked}")
    return data, MEDIA_TYPES[Path(name).suffix]
