"""HTML as a reader of it: elements with their attributes and text, in the order of the page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("br", "input", "link", "meta"))


@dataclass(slots=True, kw_only=True)
class Element:
    """An element; `text` is that of everything inside, spaces as in the source."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Every element inside with this tag and these attributes; `class_` is one of several."""

        def fits(one: Element) -> bool:
            classes = one.attributes.get("class", "").split()
            return (not tag or one.tag == tag) and all(
                value in classes if name == "class_" else one.attributes.get(name) == value
                for name, value in attributes.items()
            )

        return [one for one in self.walk() if fits(one)]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def words(self) -> str:
        """The text with single spaces."""
        return " ".join(self.text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element(tag="")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag=tag, attributes={name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed.tag == tag, f"<{closed.tag}> ends as </{tag}>"
        self.open[-1].text += closed.text

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


def read(html: str) -> Element:
    """The page; every element is closed by its own end, or this fails."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    (root,) = reader.open
    return root
