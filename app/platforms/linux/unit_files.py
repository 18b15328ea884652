"""How a person's systemd is asked, and how it reads the words of its files."""

from typing import Final

SYSTEMCTL: Final = ("systemctl", "--user", "--no-ask-password")
_SPECIAL: Final = " \t\n\"'\\><~|&;$*?#()`%"


def unit_quoted(part: str) -> str:
    """As systemd.service(5) reads it: quotes and backslashes escaped, % and $ doubled."""
    escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if needs_quotes(part) else escaped


def needs_quotes(part: str) -> bool:
    return not part or any(character in _SPECIAL for character in part)
