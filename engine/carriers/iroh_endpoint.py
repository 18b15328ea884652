"""An iroh endpoint with a socket of each family, none of them open to more of the world than was asked for."""

from typing import Any

from iroh import iroh_ffi

from protocol.keys import NodeKey
from protocol.sockets import sockets_to_bind


async def open_endpoint(key: NodeKey, asked: str, alpn: bytes) -> Any:
    """Raises IrohError if `asked` can't be bound, MalformedMessage if it is no address."""
    sockets = sockets_to_bind(asked)
    try:
        return await _bound(key, sockets, alpn)
    except iroh_ffi.IrohError:
        # A computer without the other family can't bind its loopback either.
        return await _bound(key, sockets[:1], alpn)


async def _bound(key: NodeKey, sockets: tuple[str, ...], alpn: bytes) -> Any:
    make: Any = iroh_ffi.EndpointBuilder  # the binding does not say what its constructor returns
    builder = make()
    builder.apply_minimal()
    builder.relay_mode(iroh_ffi.RelayMode.disabled())
    builder.secret_key(key.secret)
    builder.alpns([alpn])
    for socket in sockets:
        builder.bind_addr(socket)
    return await builder.bind()
