"""Files as people and attackers send them, made on the spot."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pikepdf
import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

GPS = {1: "N", 2: (50.0, 37.0, 12.0), 3: "E", 4: (2.0, 46.0, 30.0)}
LAVENTIE = b"50 rue de Laventie"


def exif(orientation: int = 1) -> Image.Exif:
    """Where and when it was taken, by whose telephone."""
    found = Image.Exif()
    found[0x010F], found[0x0112], found[0x9286] = "Telephone de Claire", orientation, "chez moi"
    found.get_ifd(0x8825).update(GPS)
    return found


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """The left half red, the right half white: whether it stands upright can be seen."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    data = BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def heic() -> bytes:
    image = Image.new("RGB", (64, 48), "teal")
    data = BytesIO()
    pillow_heif.from_pillow(image).save(data, exif=exif().tobytes())
    return data.getvalue()


def png_with_words() -> bytes:
    words = PngInfo()
    words.add_text("Comment", LAVENTIE.decode())
    return picture("PNG", pnginfo=words)


def png_bomb(side: int = 30_000) -> bytes:
    """A few kilobytes that become 900 million points."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes(side // 8 + 1) * side, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def pdf(pages: int = 1, text: bytes = b"Bilan sanguin") -> bytes:
    return _saved(_pdf(pages, text))


def _pdf(pages: int = 1, text: bytes = b"Bilan sanguin") -> pikepdf.Pdf:
    made = pikepdf.new()
    for _number in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(
                F1=pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
                )
            )
        )
        page.Contents = made.make_stream(b"BT /F1 24 Tf 72 700 Td (" + text + b") Tj ET")
    return made


def _saved(made: pikepdf.Pdf, **options: object) -> bytes:
    data = BytesIO()
    made.save(data, **options)
    return data.getvalue()


def pdf_with_everything() -> bytes:
    """A script at opening, a program to launch, an attached file, a form, words about the author."""
    made = _pdf(2)
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")
    made.Root.OpenAction = made.make_indirect(script)
    made.Root.AA = pikepdf.Dictionary(WC=script)
    made.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["x", script])),
    )
    made.attachments["programme.exe"] = b"MZ programme"
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=made.make_stream(b"<xdp/>"))
    page = made.pages[0]
    page.AA = pikepdf.Dictionary(O=script)
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    link = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Link, "Rect": [0, 0, 600, 800], "A": launch}
    page.Annots = pikepdf.Array([made.make_indirect(pikepdf.Dictionary(**link))])
    made.docinfo["/Author"] = LAVENTIE.decode()
    with made.open_metadata() as words:
        words["dc:creator"] = [LAVENTIE.decode()]
    return _saved(made)


def pdf_with_photo() -> bytes:
    """A scanner's page: the telephone's JPEG lies in it as it was taken."""
    made = _pdf()
    data = picture(exif=exif(), comment=LAVENTIE)
    photo = made.make_stream(data)
    photo.Type, photo.Subtype, photo.Filter = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DCTDecode
    photo.Width, photo.Height, photo.BitsPerComponent = 64, 48, 8
    photo.ColorSpace = pikepdf.Name.DeviceRGB
    page = made.pages[0]
    page.Resources.XObject = pikepdf.Dictionary(Im1=photo)
    page.Contents = made.make_stream(b"q 400 0 0 300 50 400 cm /Im1 Do Q")
    return _saved(made, compress_streams=False)


def pdf_form(answer: str = "Claire Vandamme") -> bytes:
    """A questionnaire that somebody has filled in on the screen."""
    made = _pdf()
    font = made.make_indirect(made.pages[0].Resources.Font.F1)
    field = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="nom",
            V=answer,
            Rect=[72, 600, 400, 630],
            DA="/F1 12 Tf 0 g",
            P=made.pages[0].obj,
        )
    )
    made.pages[0].Annots = pikepdf.Array([field])
    made.Root.AcroForm = pikepdf.Dictionary(
        Fields=[field], NeedAppearances=True, DA="/F1 12 Tf 0 g", DR=pikepdf.Dictionary(Font={"/F1": font})
    )
    return _saved(made)


def pdf_locked(*, to_open: bool) -> bytes:
    """With a password to open it, or only one to change it, as laboratories send them."""
    words = pikepdf.Encryption(owner="secret", user="ouvre" if to_open else "")
    return _saved(_pdf(), encryption=words)


def pdf_bomb(times: int = 1) -> bytes:
    """A page that unpacks to 140 MB; packed several times over it is smaller still."""
    made = _pdf()
    engine = zlib.compressobj(1)
    data = b"".join(engine.compress(bytes(1024 * 1024)) for _ in range(140)) + engine.flush()
    for _again in range(times - 1):
        data = zlib.compress(data, 9)
    stream = made.make_stream(b"")
    made.pages[0].Contents = stream
    stream.write(data, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * times))
    return _saved(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def sent(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
