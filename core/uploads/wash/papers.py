"""A PDF written anew with its pages only: no script, no action, no attached file, no form, no password.

What a reader sees of a filled form or a note stays: it is drawn into the page first.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from core.uploads.wash.refused import Refused

MOST_PAGES = 200
MEGABYTE = 1024 * 1024
# What one stream, and all of them, may become when they are unpacked.
MOST_OF_A_STREAM = 120 * MEGABYTE
MOST_UNPACKED = 400 * MEGABYTE
MOST_POINTS = 120_000_000
FLATE = (Name.FlateDecode, Name.Fl)
JPEG = (Name.DCTDecode, Name.DCT)
# Of a page or of anything that hangs on it: what acts, fetches, embeds, or says who made it and where.
UNWANTED = (
    *(
        "/A",
        "/AA",
        "/AF",
        "/Annots",
        "/EF",
        "/JS",
        "/JavaScript",
        "/Launch",
        "/Metadata",
        "/OPI",
        "/OpenAction",
    ),
    *(
        "/PieceInfo",
        "/PresSteps",
        "/Ref",
        "/RichMediaContent",
        "/SubPage",
        "/XFA",
        "/PZ",
        "/B",
        "/Dur",
        "/Trans",
    ),
)


def clean(source: Path, target: Path) -> int:
    """How many pages were written. Raises `Refused`."""
    try:
        with pikepdf.open(source) as came:
            pages = len(came.pages)
            if pages > MOST_PAGES:
                raise Refused("long")
            if pages == 0:
                raise Refused("unreadable")
            weigh(came)
            draw_forms(came)
            with pikepdf.new() as written:
                written.pages.extend(came.pages)
                for thing in written.objects:
                    strip(thing)
                written.save(
                    target, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.disable
                )
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    except (
        pikepdf.PdfError,
        ValueError,
        TypeError,
        RuntimeError,
        RecursionError,
        AttributeError,
        KeyError,
    ) as error:
        raise Refused("unreadable") from error
    return pages


def draw_forms(pdf: Pdf) -> None:
    """What was typed into a form and noted on a page becomes part of the page."""
    if Name.AcroForm in pdf.Root:
        form = pdf.Root.AcroForm
        if Name.XFA in form:
            del form.XFA
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")


def strip(thing: Object) -> None:
    """Everything that could act goes, wherever it hangs."""
    if not isinstance(thing, Dictionary | Stream):
        return
    for name in UNWANTED:
        if name in thing:
            del thing[name]
    if isinstance(thing, Stream) and (chain := filters_of(thing)) and chain[-1] in JPEG:
        # A scanner puts the photograph in as it was taken, with where and when.
        data = thing.read_raw_bytes()
        if any(one not in FLATE for one in chain[:-1]):
            return
        for _again in chain[:-1]:
            data = inflate(data)
        if "/DecodeParms" in thing:
            del thing["/DecodeParms"]
        thing.write(bare_jpeg(data), filter=Name.DCTDecode)


def filters_of(stream: Stream) -> list[Object]:
    """In the order of unpacking."""
    filters = stream.get(Name.Filter, Array())
    return [filters] if isinstance(filters, Name) else list(filters)


def bare_jpeg(data: bytes) -> bytes:
    """Without what cameras and programs write beside the points; the marks of colour stay (JFIF, Adobe)."""
    kept, at = bytearray(data[:2]), 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if mark == 0xDA:  # the points begin
            break
        if mark in (0xE0, 0xEE) or not (0xE1 <= mark <= 0xEF or mark == 0xFE):
            kept += data[at : at + 2 + length]
        at += 2 + length
    return bytes(kept + data[at:])


def weigh(pdf: Pdf) -> None:
    """Refuses a file that would fill the memory of who opens it: unpacked piece by piece, never as a whole."""
    total = 0
    for thing in pdf.objects:
        if not isinstance(thing, Stream):
            continue
        if int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) > MOST_POINTS:
            raise Refused("trap")
        total += unpacked(thing)
        if total > MOST_UNPACKED:
            raise Refused("trap")


def unpacked(stream: Stream) -> int:
    """How much it becomes; packed several times over, it is unpacked as often."""
    chain = filters_of(stream)
    if len(chain) > 4:
        raise Refused("trap")
    data = stream.read_raw_bytes()
    for one in chain:
        if one not in FLATE:
            break
        data = inflate(data)
    return len(data)


def inflate(data: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        out = engine.decompress(data, MOST_OF_A_STREAM)
    except zlib.error:
        return b""  # a reader cannot unpack it either
    if engine.unconsumed_tail:
        raise Refused("trap")
    return out
