"""The way from a window into the person's browser, for addresses that a network or a list of networks gave."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_page(address: str) -> bool:
    """Open `address` in the browser; False where it is not an https address, or there is nothing to open it with."""
    page = QUrl(address, QUrl.ParsingMode.StrictMode)
    return page.isValid() and page.scheme() == "https" and bool(page.host()) and QDesktopServices.openUrl(page)
