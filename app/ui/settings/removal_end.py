"""After the app has ended: what was to be removed is, and a last sentence says so."""

from collections.abc import Callable

from app.control.removing import app_stays_sentence
from app.core.removal_plan import RemovalPlan
from app.core.words import bytes_text
from app.ui.background import Background
from app.ui.look.card import label
from app.ui.look.form_dialog import FormDialog
from app.ui.look.translation import _


class RemovalEnd(FormDialog):
    """Can't be closed before the removal is through, which is not to be cut off halfway."""

    def __init__(self, carry_out: Callable[[], RemovalPlan]) -> None:
        super().__init__(_("Train at Home"), _("Removing…"))
        self.setAccessibleName(_("Removing…"))
        self.message = label(_("The app has ended. What it kept is being taken away."))
        self.body.addWidget(self.message)
        self.body.addStretch(1)
        self.only_close()
        self.cancel.setEnabled(False)
        self.went_well = False
        self.fit()
        self._background = Background(self)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._background.begin(carry_out)

    def reject(self) -> None:
        if self.cancel.isEnabled():
            super().reject()

    def _on_done(self, plan: RemovalPlan) -> None:
        self.went_well = True
        self._tell(_("Removed: {size}.").format(size=bytes_text(plan.size_bytes)) + " " + app_stays_sentence())

    def _on_failed(self, text: str) -> None:
        self._tell(text)

    def _tell(self, text: str) -> None:
        self.message.setText(text)
        self.heading.setText(_("Done") if self.went_well else _("Not all of it could be removed"))
        self._background.end()
        self.cancel.setEnabled(True)
        self.cancel.setFocus()
        self.fit()
