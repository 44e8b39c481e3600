"""SMS through a carrier's HTTP interface: JSON in, JSON out, a bearer token and an idempotency key."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings

from core.outbox.gateways.base import TIMEOUT_SECONDS, Gateway, GatewayDown, Outcome, Parcel, Result

# Wrong token, wrong account, too many at once: no message is to blame.
OUR_FAULT = frozenset({401, 402, 403, 429})
# Says as little about the number as about the address of the service: this message takes the e-mail way.
UNCLEAR = frozenset({404, 405})
# Try this one again later.
PASSING = frozenset({408, 409, 423, 425})
FAILING_WORDS = frozenset({"error", "failed", "failure", "rejected", "ko", "nok"})
LONGEST_ANSWER = 64 * 1024


class HttpSmsGateway(Gateway):
    def __enter__(self) -> Self:
        self.client = httpx.Client(timeout=TIMEOUT_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.client.close()

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        return [self._send(parcel) for parcel in parcels]

    def _send(self, parcel: Parcel) -> Result:
        if not settings.SMS_URL:
            return Result(Outcome.UNDELIVERABLE, "Aucun transporteur de SMS n’est réglé (SMS_URL).")
        message = {
            "to": parcel.address,
            "from": settings.SMS_SENDER,
            "text": parcel.content.text,
            "reference": parcel.key,
        }
        headers = {"Idempotency-Key": parcel.key}
        if settings.SMS_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_TOKEN}"
        try:
            with self.client.stream("POST", settings.SMS_URL, json=message, headers=headers) as answer:
                return read(answer.status_code, _body(answer))
        except httpx.ConnectError as error:
            raise GatewayDown("Le transporteur de SMS est injoignable.") from error
        except httpx.TimeoutException:
            # It may have been taken nevertheless: tried again under the same key.
            return Result(Outcome.RETRY, "Le transporteur de SMS n’a pas répondu en 10 secondes.")
        except httpx.HTTPError as error:
            return Result(
                Outcome.RETRY, f"Échange interrompu avec le transporteur de SMS ({type(error).__name__})"
            )


def _body(answer: httpx.Response) -> bytes:
    """What fits, as long as it comes in time: a carrier that trickles is a carrier that does not answer."""
    ends = time.monotonic() + TIMEOUT_SECONDS
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LONGEST_ANSWER or time.monotonic() > ends:
            raise httpx.ReadTimeout("the answer is too long or too slow")
    return body


def read(code: int, body: bytes) -> Result:
    if code in OUR_FAULT:
        raise GatewayDown(f"Le transporteur de SMS refuse nos demandes (HTTP {code}).")
    if code in PASSING or code >= 500:
        return Result(Outcome.RETRY, f"Le transporteur de SMS a répondu HTTP {code}.")
    if code in UNCLEAR:
        return Result(Outcome.UNDELIVERABLE, f"Le transporteur de SMS a répondu HTTP {code}.")
    if code >= 400:
        return Result(Outcome.REFUSED, f"Numéro refusé par le transporteur de SMS (HTTP {code}).")
    return _read_success(body) if 200 <= code < 300 else _unreadable()


def _unreadable() -> Result:
    return Result(Outcome.RETRY, "Réponse incompréhensible du transporteur de SMS.")


def _read_success(body: bytes) -> Result:
    """« 200 » is only a word: the body says whether the message was taken."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        return _unreadable()
    if not isinstance(said, dict):
        return _unreadable()
    status = str(said.get("status", "")).lower()
    if said.get("error") or said.get("errors") or said.get("success") is False or status in FAILING_WORDS:
        return Result(Outcome.RETRY, "Le transporteur de SMS annonce une erreur dans une réponse « 200 ».")
    reference = said.get("id") or said.get("message_id") or said.get("messageId") or ""
    return Result(Outcome.SENT, provider_id=str(reference)[:200])
