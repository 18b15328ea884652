"""How to make a coldkey outside this app: words only, since an app that never holds one can't lose one."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.ui.look.card import Card, button, label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.theme import TextRole
from app.ui.look.translation import _

DOCUMENTATION_URL = "https://docs.learnbittensor.org/keys/working-with-keys"
WALLET_URL = "https://bittensor.com/wallet"


class PayoutGuide(FormDialog):
    """Three ways in the order of how easy they are, and the rules that hold for all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Getting an address"), _("Make a wallet outside this app"), parent)
        self.only_close()
        self.body.addWidget(
            label(
                _(
                    "Your wallet's main key is called the coldkey. It belongs on paper or in a wallet program, never "
                    "on a computer that works for others. This app wants its public address and nothing else."
                ),
                TextRole.MUTED,
            )
        )
        for title, text in _ways():
            card = Card(title)
            card.body.addWidget(label(text))
            self.body.addWidget(card)
        rules = Card(_("Whatever you choose"))
        rules.set_tone("warning")
        for rule in _rules():
            rules.body.addWidget(label("· " + rule))
        self.body.addWidget(rules)
        self.links = [
            self._link(_("Open Bittensor's guide to wallets"), DOCUMENTATION_URL),
            self._link(_("Open the official wallet's page"), WALLET_URL),
        ]
        self.body.addStretch(1)
        self.fit()

    def _link(self, text: str, url: str) -> QWidget:
        made = button(text, look="quiet", description=url)
        made.setToolTip(url)
        made.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(url)))
        self.body.addWidget(made, 0, Qt.AlignmentFlag.AlignLeading)
        return made


def _ways() -> list[tuple[str, str]]:
    return [
        (
            _("On a phone or in a browser"),
            _(
                "Install Bittensor's own wallet from its official page, or Talisman or Nova, and make a new wallet for "
                "Bittensor (TAO). Write its 12 or 24 words on paper, and copy the address that begins with 5."
            ),
        ),
        (
            _("With a hardware wallet"),
            _(
                "A Ledger with its Polkadot app keeps the key inside the device. The wallet program shows its "
                "Bittensor address; copy that."
            ),
        ),
        (
            _("In a terminal"),
            _(
                "On another computer: pip install bittensor-cli, then btcli wallet new_coldkey. Write down the words "
                "that it shows once. The address is in btcli wallet list."
            ),
        ),
    ]


def _rules() -> list[str]:
    return [
        _("The words are the money. Paper, twice, in two places; no photo, no mail, no cloud."),
        _("No helper, no site and no app ever needs them to pay you. Who asks for them is a thief."),
        _("Try the address with a small amount first, and see it arrive."),
    ]
