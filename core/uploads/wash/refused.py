class Refused(Exception):  # noqa: N818 – a file that may not come in is no error
    """`why`: a value of `core.uploads.refusals.Why`, which this process does not load."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
