"""Why a server was not reached, in plain words: the one place where the HTTP client's kinds of error become some."""

from app.core.language.speech import _


def reason_of(error: Exception) -> str:
    """Of an httpx.HTTPError or httpx.InvalidURL, for the end of a sentence, without a full stop."""
    import httpx  # at rest the app does without it

    match error:
        case httpx.TimeoutException():
            return _("it takes too long to answer")
        case httpx.ConnectError():
            return _("nobody answers there")
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return _("that is no address")
        case _:
            return _("the connection broke off")
