"""The key that this computer signs with: opened, exchanged for another, and shown on the picture by its address."""

from collections.abc import Callable

import msgspec

from app.core.engine.phase import Failure
from app.core.identity.choice import HotkeyChoice
from app.core.identity.key_opening import KeyOpening
from app.core.ports import OpenedKey
from app.core.publishing import Publisher
from app.core.settings.preferences import Preferences
from app.core.snapshot import Account, AccountChanged, TroubleSeen
from protocol.keys import HotkeySigner


class DeviceKey:
    """Belongs to the supervisor's loop; `wake` is called there when a key is open or another is wanted."""

    def __init__(
        self,
        open_key: Callable[[], OpenedKey],
        preferences: Preferences,
        publisher: Publisher,
        wake: Callable[[], None],
    ) -> None:
        self._open_key = open_key
        self._preferences = preferences
        self._publisher = publisher
        self._wake = wake
        self._opening: KeyOpening | None = None
        self._storage = ""
        self._failure: Failure | None = None
        self._for_play = False
        self.signer: HotkeySigner | None = None
        """None until the key is open."""

    @property
    def address(self) -> str | None:
        return None if self.signer is None else self.signer.address

    def open(self) -> None:
        """Open the key that the settings name; an engine that signs with another is started anew when it is open."""
        if self._opening is not None:
            self._opening.give_up()
        self.signer, self._storage, self._failure, self._for_play = None, "", None, False
        self.show()
        self._opening = KeyOpening(self._open_key, on_key=self._on_key, on_failure=self._on_failure)
        self._opening.begin()

    def network_changed(self) -> None:
        """A key for trying out is for this computer's own network only, and where there is none one may do there."""
        if self.signer is None or self._for_play:
            self.open()

    def choose(self, choice: HotkeyChoice) -> None:
        """Raises StorageError; then the old one stands."""
        self._preferences.save(msgspec.structs.replace(self._preferences.settings, hotkey=choice))
        self.open()
        self._wake()

    def show(self) -> None:
        """Put whose work this is on the picture."""
        payout = self._preferences.settings.payout_address
        account = Account(
            hotkey=self.address, payout_address=payout, key_storage=self._storage, key_failure=self._failure
        )
        self._publisher.apply(AccountChanged(account))

    def _on_key(self, opened: OpenedKey) -> None:
        self.signer, self._storage, self._for_play = opened.signer, opened.storage, opened.for_play
        self._failure = None
        self.show()
        self._wake()

    def _on_failure(self, failure: Failure) -> None:
        if failure == self._failure:
            return  # it is tried again every half minute; that nothing has changed is no news
        self._failure = failure
        if self._preferences.settings.network is not None:  # else nobody needs it yet, and trying out may need none
            self._publisher.apply(TroubleSeen(failure.code, failure.title, failure.advice))
        self.show()
