"""The seam to D-Bus: blocking calls with a time limit over jeepney; whatever goes wrong is NoAnswer.

One `Bus` belongs to one thread. A connection that broke is opened again with the next call.
"""

import os
from typing import Any, Final, Literal

import jeepney
from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

CALL_SECONDS: Final = 1.0

_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_NO_AUTO_START: Final = jeepney.MessageFlag.no_auto_start


class NoAnswer(Exception):
    """There is no such service, it said no, or it took too long."""


class Bus:
    """The session's bus or the system's. Nothing is started by asking it."""

    def __init__(self, name: Literal["SESSION", "SYSTEM"], *, seconds: float = CALL_SECONDS) -> None:
        self._name = name
        self._seconds = seconds
        self._connection: DBusConnection | None = None

    def call(self, address: DBusAddress, method: str, signature: str | None = None, *arguments: Any) -> tuple[Any, ...]:
        """What the method returns. Raises NoAnswer."""
        message = jeepney.new_method_call(address, method, signature, arguments)
        message.header.flags |= _NO_AUTO_START
        reply = self._ask(message)
        if reply.header.message_type is MessageType.error:
            raise NoAnswer(str(reply.header.fields.get(HeaderFields.error_name, "an error")))
        return tuple(reply.body)

    def get(self, address: DBusAddress, name: str) -> Any:
        """A property's value. Raises NoAnswer."""
        _signature, value = self._only(address.with_interface(_PROPERTIES), "Get", "ss", address.interface, name)
        return value

    def get_all(self, address: DBusAddress) -> dict[str, Any]:
        """Every property of the address's interface. Raises NoAnswer."""
        found = self._only(address.with_interface(_PROPERTIES), "GetAll", "s", address.interface)
        if not isinstance(found, dict):
            raise NoAnswer("it has no properties")
        return {name: value for name, (_signature, value) in found.items()}

    def hold(self, address: DBusAddress, method: str, signature: str, *arguments: Any) -> int:
        """The file descriptor that the method returns; the caller closes it. Raises NoAnswer."""
        held = self._only(address, method, signature, *arguments)
        try:
            return int(held.to_raw_fd())
        except AttributeError as error:
            raise NoAnswer("it gave nothing to hold") from error

    def subscribe(self, rule: MatchRule) -> None:
        """Let signals that match come to `wait`. Raises NoAnswer."""
        call = message_bus.AddMatch(rule)
        if self._ask(call).header.message_type is MessageType.error:
            raise NoAnswer("the bus takes no subscriptions")

    def wait(self, seconds: float) -> Message | None:
        """The next message, or None when none came in time. Raises NoAnswer where the connection broke."""
        if self._connection is None:
            raise NoAnswer("the connection is closed")
        try:
            return self._connection.receive(timeout=seconds)
        except TimeoutError:
            return None
        except (OSError, RuntimeError) as error:
            self.close()
            raise NoAnswer(str(error)) from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _only(self, address: DBusAddress, method: str, signature: str, *arguments: Any) -> Any:
        found = self.call(address, method, signature, *arguments)
        if len(found) != 1:
            raise NoAnswer("it answered something else")
        return found[0]

    def _ask(self, message: Message) -> Message:
        try:
            if self._connection is None:
                self._connection = open_dbus_connection(bus=self._name, enable_fds=True, auth_timeout=self._seconds)
            return self._connection.send_and_get_reply(message, timeout=self._seconds)
        except (OSError, KeyError, RuntimeError, ValueError, TypeError, jeepney.AuthenticationError) as error:
            self.close()  # a late answer must not be taken for the next one's
            raise NoAnswer(f"{type(error).__name__}: {error}") from error


def close_descriptor(descriptor: int) -> None:
    """Closed already is fine."""
    try:
        os.close(descriptor)
    except OSError:
        pass
