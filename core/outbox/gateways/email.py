"""E-mail through Django's mailer `transport`: SMTP, or any provider that django-anymail speaks to."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from email.message import MIMEPart
from email.utils import parseaddr
from types import TracebackType
from typing import Any, Self

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers

from core.outbox.gateways.base import SENT, Gateway, GatewayDown, Outcome, Parcel, Result

TRANSPORT = "transport"


class MailerGateway(Gateway):
    """One connection for all messages of a batch."""

    def __init__(self) -> None:
        self.mailer: Any = mailers[TRANSPORT]

    def __enter__(self) -> Self:
        try:
            self.mailer.open()
        except (smtplib.SMTPException, OSError) as error:
            raise GatewayDown(_down(error)) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.mailer.close()
        except (smtplib.SMTPException, OSError):
            # All answers are in: how the server takes its leave changes none of them.
            self.mailer.connection = None

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        return [self._send(parcel) for parcel in parcels]

    def _send(self, parcel: Parcel) -> Result:
        try:
            message = compose(parcel)
            self.mailer.send_messages([message])
        except (smtplib.SMTPRecipientsRefused, AnymailRecipientsRefused) as error:
            return _refusal(error)
        except (AnymailInvalidAddress, ValueError) as error:
            return Result(Outcome.REFUSED, f"Adresse impossible : {type(error).__name__}")
        except (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError) as error:
            raise GatewayDown(_down(error)) from error
        except smtplib.SMTPDataError as error:
            outcome = Outcome.UNDELIVERABLE if error.smtp_code >= 500 else Outcome.RETRY
            return Result(outcome, _reply(error.smtp_code, error.smtp_error))
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Result(Outcome.RETRY, _down(error))
        return _accepted(message)

    def _hang_up(self) -> None:
        """The connection is in an unknown state: the next message opens a new one."""
        connection, self.mailer.connection = getattr(self.mailer, "connection", None), None
        if connection is not None:
            connection.close()


def compose(parcel: Parcel) -> EmailMultiAlternatives:
    content = parcel.content
    sender = content.sender or settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {
        # The same for every attempt: a mailbox that got it already can tell.
        "Message-ID": f"<{parcel.key}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **content.headers,
    }
    message = EmailMultiAlternatives(
        content.subject,
        content.text,
        sender,
        [parcel.address],
        headers=headers,
        reply_to=[content.reply_to] if content.reply_to else None,
    )
    if content.html:
        message.attach_alternative(content.html, "text/html")
    for attachment in content.attachments:
        part = MIMEPart()
        part.set_content(
            attachment.content,
            subtype=attachment.subtype,
            charset="utf-8",
            disposition="attachment",
            filename=attachment.name,
            params=dict(attachment.parameters),
        )
        message.attach(part)
    return message


def _accepted(message: EmailMultiAlternatives) -> Result:
    status = getattr(message, "anymail_status", None)
    return (
        Result(Outcome.SENT, provider_id=str(getattr(status, "message_id", "") or "")[:200])
        if status
        else SENT
    )


def _refusal(error: smtplib.SMTPRecipientsRefused | AnymailRecipientsRefused) -> Result:
    if isinstance(error, AnymailRecipientsRefused):
        return Result(Outcome.REFUSED, "Adresse refusée par le transporteur")
    replies = list(error.recipients.values())
    code, text = replies[0] if replies else (550, b"")
    # 4xx: mailbox full, greylisting: another day it passes.
    return Result(Outcome.REFUSED if code >= 500 else Outcome.RETRY, _reply(code, text))


def _reply(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"Réponse du serveur de messagerie : {code} {words}"[:500]


def _down(error: Exception) -> str:
    return f"Serveur de messagerie injoignable ({type(error).__name__})"
