"""Why a server was not reached, in plain words: the one place where the HTTP client's kinds of error become some."""

from app.core.language.speech import _
from app.core.network.proxy import ProxyFailed, proxy_advice
from protocol.errors import Unavailable


def reason_of(error: Exception) -> str:
    """Of an httpx.HTTPError or httpx.InvalidURL, for the end of a sentence, without a full stop."""
    import httpx  # at rest the app does without it

    from edge.ways import NoCertificates

    match error:
        case NoCertificates():
            return _("the certificates that SSL_CERT_FILE names can't be read")
        case httpx.TimeoutException():
            return _("it takes too long to answer")
        case httpx.ProxyError():
            return _("the proxy refused or could not be reached")
        case httpx.ConnectError():
            return _("nobody answers there")
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return _("that is no address")
        case _:
            return _("the connection broke off")


def unreached(error: Exception, title: str, advice: str) -> Unavailable:
    """What to raise for such an error; where it was the proxy that failed, the advice is about that."""
    import httpx

    if isinstance(error, httpx.ProxyError):
        return ProxyFailed(title, proxy_advice())
    return Unavailable(title, advice)
