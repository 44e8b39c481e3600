"""What nobody types who means well: the values, the headers and the bodies that are thrown at the portal."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st

# Each of them has broken some portal: what PostgreSQL, Python or a date refuses, and what a browser would run.
WORDS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "%00",
    "\r\nSet-Cookie: x=1",
    "' OR 1=1 --",
    "1; DROP TABLE accounts_user",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}{% debug %}",
    "../../etc/passwd",
    "..\\..\\windows",
    "javascript:alert(1)",
    "//evil.example/",
    "https://evil.example/",
    "\ud7ff\u202e\u2066",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "e\u0301" * 40,
    "𝔘𝔫𝔦" * 50,
    "\ufeff\ufffe\uffff",
    "مرحبا",
    "İstanbul",
    "ß" * 60,
    "x" * 10_000,
    "\n" * 500,
    "null",
    "undefined",
    "[]",
    "{}",
    "true",
]
NUMBERS = [
    *(
        "0",
        "-1",
        "1",
        "00",
        "+1",
        "1e3",
        "1e400",
        "0x10",
        "1_000",
        "1,5",
        "1.5",
        " 1 ",
        "１２",
        "١٢",
        "²",
        "Ⅳ",
    ),
    *("NaN", "sNaN", "Infinity", "-Infinity", "9" * 40, "-" + "9" * 40, "9" * 5000, "1." + "0" * 400),
    *(str(2**31), str(2**31 - 1), str(2**63), str(2**63 - 1), str(-(2**63) - 1), str(2**15)),
]
MOMENTS = [
    *("2026-11-23", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2024-02-29"),
    *("2026-W53-1", "20261123", "23/11/2026", "31/12/9999", "01/01/0001", "1/1/1", "-2026-01-01"),
    *("00:00", "24:00", "25:61", "23:59:60", "02:30", "2026-03-29T02:30", "2026-10-25T02:30:00+01:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "2026-11-23T08:00", "demain"),
    *("dans 9999999 semaines", "dans 99999999999999999999 jours", "lundi prochain", "2026-11", "9999", "0"),
]
PEOPLE = [
    *(
        "a@b",
        "@",
        "a" * 300 + "@example.org",
        "é@é.fr",
        "x@example.org\nBcc: y@example.org",
        '"a b"@example.org',
    ),
    *("0612345678", "+33612345678", "+999", "06 12 34 56 78 90", "112", "+" + "9" * 60),
    *(
        "255081416802538",
        "1" * 15,
        "2A",
        "00000000-0000-0000-0000-000000000000",
        "z" * 36,
        "AAAA-AAAA",
        "BCDF-2345",
    ),
]
NASTY = [*WORDS, *NUMBERS, *MOMENTS, *PEOPLE]

# What a field may be told: mostly what is known to hurt, else any text at all (surrogates do not survive HTTP).


def nasty(number: int) -> str:
    """By its place: hypothesis would otherwise write the whole list out in each of its descriptions."""
    return NASTY[number]


_known = st.integers(0, len(NASTY) - 1).map(nasty)
values = st.one_of(
    _known,
    _known,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(str),
    st.dates().map(str),
)

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "NONSENSE")

HEADERS: list[dict[str, str]] = [
    {},
    {},
    {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "testserver:99999"},
    {"HTTP_HOST": "[::1"},
    {"HTTP_X_FORWARDED_HOST": "evil.example"},
    {"HTTP_X_FORWARDED_FOR": "not an address, 1.2.3.4"},
    {"HTTP_X_FORWARDED_FOR": "::ffff:" * 200},
    {"HTTP_ACCEPT_LANGUAGE": "xx-" + "a" * 2000},
    {"HTTP_ACCEPT_LANGUAGE": "en;q=" + "9" * 400 + ",fr;q=NaN"},
    {"HTTP_COOKIE": "session=\x01; csrftoken=<>; django_language=../../x; messages=[[broken"},
    {"HTTP_COOKIE": "sessionid=" + "a" * 4000},
    {"HTTP_COOKIE": ";;;=;=x;" * 50},
    {"HTTP_COOKIE": 'sessionid="\\000\\377abcdefghij"; csrftoken="\\000"; django_language="\\000"'},
    {"HTTP_RANGE": "bytes=-1,99999999999999999999-,x"},
    {"HTTP_IF_MODIFIED_SINCE": "Thu, 99 Foo 0000 99:99:99 GMT"},
    {"HTTP_IF_MODIFIED_SINCE": "Thu, 01 Jan 0000 00:00:00 GMT"},
    {"HTTP_IF_NONE_MATCH": '"' * 500},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=x, br, " + "*" * 900},
    {"HTTP_HX_REQUEST": "true"},
    {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[evil"},
    {
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_CURRENT_URL": "http://testserver/x?y=%ff%00",
        "HTTP_HX_TARGET": "é\x00",
    },
    {
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_CURRENT_URL_URI_AUTOENCODED": "true",
        "HTTP_HX_CURRENT_URL": "%E0%A4%A",
    },
    {"HTTP_REFERER": "http://[evil"},
    {"HTTP_REFERER": "http://testserver:port/\x00"},
    {"HTTP_ORIGIN": "null"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    {"HTTP_X_UNATTENDED": "\x00"},
    {"HTTP_AUTHORIZATION": "Bearer \u00e9" + "x" * 500},
    {"HTTP_X_REQUEST_ID": "x" * 3000 + "\r\nevent=forged"},
    {"HTTP_USER_AGENT": "\x00" * 50 + "é" * 500},
    {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "many"},
]

BOUNDARY = "multipart/form-data; boundary=x"
BODIES: list[tuple[bytes, str]] = [
    (b"", ""),
    (b"{", "application/json"),
    (b"[" * 20_000, "application/json"),
    (b'{"a": 1e999, "b": NaN}', "application/json"),
    (json.dumps({"kind": "\ud800", "x": [None, {}]}).encode(), "application/json"),
    (b"\xff\xfe\x00", "application/json; charset=utf-16"),
    (b"a=1&a=2&%ff=%fe&=&&b", "application/x-www-form-urlencoded"),
    (b"&".join(b"f%d=1" % n for n in range(1200)), "application/x-www-form-urlencoded"),
    (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"),
    (b"--x", BOUNDARY),
    (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n', BOUNDARY),
    (b'--x\r\nContent-Disposition: form-data; name="a"; filename="\x00../x"\r\n\r\nz\r\n--x--', BOUNDARY),
    (
        b'--x\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name="a"\r\n\r\n!\r\n--x--',
        BOUNDARY,
    ),
    (b"z", "multipart/form-data"),
    (b"z", "multipart/form-data; boundary=" + "y" * 300),
    (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "text/xml"),
    (b"z" * 70_000, "application/octet-stream"),
    (b"z", "\x00"),
]

FILES: list[tuple[str, bytes, str]] = [
    ("x.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
    ("x.pdf", b"", "application/pdf"),
    ("../../x.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "image/png"),
    ("x" * 300 + ".jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 60, "image/jpeg"),
    ("\u202egpj.exe", b"MZ" + b"\x00" * 60, "image/jpeg"),
    ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
    ("x.csv", b"=cmd|' /C calc'!A0;\x00\xff\n" * 20, "text/csv"),
    ("x", b"z", "text/plain"),
    (" .", b"z" * 5000, "\x00"),
]


def file(number: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(*FILES[number])


files = st.integers(0, len(FILES) - 1).map(file)


def query(dice: Random, names: list[str]) -> list[tuple[str, str]]:
    """Some of the names that the page reads, each once or twice, and one that it does not know."""
    asked = dice.sample(names, min(len(names), dice.randint(0, 5)))
    pairs = [(name, dice.choice(NASTY)) for name in asked for _times in range(dice.choice((1, 1, 2)))]
    return [*pairs, ("x[]", dice.choice(NASTY))] if dice.random() < 0.2 else pairs


def part_of_path(dice: Random, converter: str) -> Any:
    """Something that the converter of an address lets through."""
    match converter:
        case "IntConverter":
            return dice.choice(
                ["0", "1", str(2**31), str(2**63 - 1), str(2**63), "9" * 40, "9" * 5000, "007"]
            )
        case "UUIDConverter":
            return dice.choice(
                ["0" * 8 + "-0000" * 3 + "-" + "0" * 12, "f" * 8 + "-ffff" * 3 + "-" + "f" * 12]
            )
        case "ReferenceConverter":
            return dice.choice(["BCDF-GHJK", "2345-6789", "ZZZZ-ZZZZ"])
        case "SlugConverter":
            return dice.choice(["x", "-", "_", "a" * 300, "0", "None", "true"])
        case _:
            return dice.choice([word for word in NASTY if word and "/" not in word])
