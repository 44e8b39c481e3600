"""What a cell of an exported table may hold."""

# A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
