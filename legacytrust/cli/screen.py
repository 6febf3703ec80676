"""What goes out: tables for people, whole lines for programs.

On a terminal text is coloured and wrapped to its width.  In a pipe or a file nothing is coloured,
nothing is wrapped and nothing is cut, so that ``grep`` finds what there is.  Colours are blue,
orange and grey, which everybody can tell apart, and never say what a word or mark does not say as
well; ``NO_COLOR`` turns them off.

Names in certificates are other people's text: control characters never reach the terminal, and a
character that its encoding does not have is shown by its number.
"""

from __future__ import annotations

import json
import sys
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO, TypeAlias

import attrs
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from legacytrust.outcome import Verdict

__all__ = ["BOLD", "DIM", "VERDICT_STYLES", "Cell", "Screen", "told"]

BOLD: Final = "bold"
DIM: Final = "grey50"
VERDICT_STYLES: Final[Mapping[Verdict, str]] = {
    Verdict.ACCEPTED: "dodger_blue1",
    Verdict.REJECTED: "dark_orange3",
    Verdict.UNKNOWN: DIM,
}
_MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.ACCEPTED: "✓",
    Verdict.REJECTED: "✗",
    Verdict.UNKNOWN: "?",
}
#: What stands in for our own marks where the encoding of the terminal has none of them.
_ASCII: Final = str.maketrans({"✓": "+", "✗": "x", "·": "-", "“": '"', "”": '"'})
#: Characters that move the cursor, hide text or turn it around.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: With fewer columns left for the last cell of a row it gets lines of its own.
_LAST_CELL: Final = 30
_GAP: Final = 2
#: How long a command may be silent.
_PATIENCE: Final = 2.0


@attrs.frozen
class Cell:
    """:param text: what it says.  :param style: how it looks on a terminal."""

    text: str
    style: str = ""


_Row: TypeAlias = Sequence[Cell | str]


def told(verdict: Verdict) -> Cell:
    """A verdict by mark, word and colour."""
    return Cell(f"{_MARKS[verdict]} {verdict.value}", VERDICT_STYLES[verdict])


class Screen:
    """Standard output and standard error, as they are now."""

    def __init__(self) -> None:
        self._out = _console(sys.stdout)
        self._err = _console(sys.stderr)

    @property
    def is_terminal(self) -> bool:
        """Whether a person is looking at standard output."""
        return self._out.is_terminal

    def line(self, text: str = "", style: str = "") -> None:
        """One line; on a terminal it is wrapped, with its continuation indented alike."""
        text = self._shown(text)
        if not self.is_terminal:
            sys.stdout.write(f"{text}\n")
            return
        body = text.lstrip(" ")
        indented = Padding(
            Text(body, style=style, overflow="fold"), (0, 0, 0, len(text) - len(body))
        )
        self._out.print(indented)

    def raw(self, lines: Iterable[str]) -> None:
        """Lines for another program: never coloured, never wrapped."""
        sys.stdout.writelines(f"{self._shown(line)}\n" for line in lines)

    def command(self, text: str, style: str = "") -> None:
        """A command to copy: indented, and never broken by us."""
        self._out.print(Text(f"  {self._shown(text)}", style=style), soft_wrap=True)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Labels and what they stand for; an empty label continues the one before."""
        self.table((), [(Cell(label, DIM), value) for label, value in pairs])

    def table(self, head: Sequence[str], rows: Iterable[_Row]) -> None:
        """Rows of cells under a head, which may be empty.

        Only the last column wraps.  Where the terminal leaves too little room for that, its text
        comes below the others, indented.
        """
        shown = [tuple(self._cell(cell) for cell in row) for row in rows]
        if self.is_terminal:
            self._fitted(head, shown)
            return
        texts = [tuple(cell.text for cell in row) for row in shown]
        for line in _aligned([tuple(head), *texts] if head else texts):
            sys.stdout.write(f"{line}\n")

    def _fitted(self, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        titles = tuple(Cell(text, BOLD) for text in head)
        every = [titles, *rows] if head else list(rows)
        widths = [
            max(cell_len(cell.text) for cell in column) for column in zip(*every, strict=True)
        ]
        lead = sum(width + _GAP for width in widths[:-1])
        room = self._out.width - lead
        if not head or room >= min(_LAST_CELL, widths[-1]) or lead > self._out.width + _GAP:
            narrow = lead + 1 > self._out.width
            self._out.print(_rich_table(head, rows, narrow=narrow))
            return
        for *cells, last in every:
            self._out.print(_side_by_side(cells, widths), no_wrap=True)
            if last.text:
                below = Text(last.text, style=last.style, overflow="fold")
                self._out.print(Padding(below, (0, 0, 0, 2 * _GAP)))

    def json(self, data: object) -> None:
        """One JSON document, in ASCII, so that every terminal and file can hold it."""
        sys.stdout.write(f"{json.dumps(data, indent=2)}\n")

    def error(self, message: str) -> None:
        """One line on standard error."""
        self.note(" ".join(f"error: {message}".split()))

    def note(self, message: str) -> None:
        """One line on standard error that is no error."""
        sys.stderr.write(f"{_shown(message, sys.stderr)}\n")
        sys.stderr.flush()

    @contextmanager
    def progress(self, what: str) -> Iterator[None]:
        """Say what takes so long, if it does and if a person is looking."""
        if not self._err.is_terminal:
            yield
            return
        status = self._err.status(Text(what))
        timer = threading.Timer(_PATIENCE, status.start)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            status.stop()

    def _cell(self, cell: Cell | str) -> Cell:
        cell = Cell(cell) if isinstance(cell, str) else cell
        return attrs.evolve(cell, text=self._shown(cell.text))

    def _shown(self, text: str) -> str:
        return _shown(text, sys.stdout)


def _console(stream: TextIO) -> Console:
    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _shown(text: str, stream: TextIO) -> str:
    """The text without anything that the stream cannot or should not show."""
    if not text.isascii() or not text.isprintable():
        text = "".join(_harmless(c) for c in text)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    return text


def _harmless(character: str) -> str:
    hidden = unicodedata.category(character) in _HIDDEN
    return character.encode("unicode_escape").decode() if hidden else character


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (text + " " * (w - cell_len(text)) for text, w in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _side_by_side(cells: Iterable[Cell], widths: Sequence[int]) -> Text:
    line = Text()
    for cell, width in zip(cells, widths, strict=False):
        line.append(cell.text, style=cell.style)
        line.append(" " * (width - cell_len(cell.text) + _GAP))
    line.rstrip()
    return line


def _rich_table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, narrow: bool) -> Table:
    table = Table(box=None, show_header=bool(head), pad_edge=False, padding=(0, 2, 0, 0))
    rows = list(rows)
    count = len(head) or max((len(row) for row in rows), default=0)
    for index in range(count):
        options: dict[str, Any] = {"overflow": "fold", "header_style": "bold"}
        if index < count - 1:
            options["no_wrap"] = not narrow
        table.add_column(head[index] if head else "", **options)
    for row in rows:
        table.add_row(*(Text(cell.text, style=cell.style) for cell in row))
    return table
