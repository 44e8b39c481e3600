"""Paper: an A4 document in the portal's typeface, with its title and « 1/2 » at the foot of every page."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from fpdf import FPDF, FontFace
from fpdf.enums import TableBordersLayout

from core.formats.french import language

# It tells at length how it subsets a typeface.
logging.getLogger("fontTools").setLevel(logging.WARNING)

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Hanken"
INK, SOFT, LINE = (29, 43, 43), (76, 89, 87), (200, 192, 178)
HEADINGS = FontFace(emphasis="BOLD", fill_color=(241, 234, 221), color=INK)


class Paper(FPDF):
    """Text that the typeface has no sign for prints as an empty box, and nothing breaks."""

    def __init__(self, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.add_font(FAMILY, "", FONTS / "hanken-grotesk-regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "hanken-grotesk-bold.ttf")
        self.set_title(title)
        self.set_lang("en" if language() == "en" else "fr")
        self.set_margins(12, 12, 12)
        self.set_auto_page_break(auto=True, margin=16)
        self.write_in(9.5)

    def write_in(self, size: float, *, bold: bool = False, soft: bool = False) -> None:
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*(SOFT if soft else INK))

    def footer(self) -> None:
        self.set_y(-11)
        self.write_in(8, soft=True)
        self.cell(0, 4, self.foot)
        self.set_x(self.l_margin)
        self.cell(0, 4, f"{self.page_no()}/{{nb}}", align="R")

    def line_of(self, text: str, size: float, *, bold: bool = False, soft: bool = False) -> None:
        """One paragraph over the whole width."""
        self.write_in(size, bold=bold, soft=soft)
        self.multi_cell(0, size * 0.48, text, new_x="LMARGIN", new_y="NEXT")

    def grid(self, headings: list[str], widths: list[int], rows: list[list[str]], *, bold: int = -1) -> None:
        """A table whose headings come again on each page; `bold` is the column that is looked for."""
        self.write_in(9.5)
        self.set_draw_color(*LINE)
        strong: Any = FontFace(emphasis="BOLD")
        with self.table(
            col_widths=tuple(widths),
            line_height=4.6,
            padding=(0.9, 1.2),
            headings_style=HEADINGS,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            text_align="LEFT",
        ) as table:
            for cells in [headings, *rows]:
                row = table.row()
                for number, cell in enumerate(cells):
                    row.cell(cell, style=strong if number in (0, bold) and cells is not headings else None)

    def content(self) -> bytes:
        return bytes(self.output())
