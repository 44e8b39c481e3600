from __future__ import annotations

from django.utils.functional import Promise


class Refusal(Exception):  # noqa: N818 – a rule that says no is no error
    """A rule of the house says no. The sentence is for the person who asked, in his language."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence
