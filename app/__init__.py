"""What a person sees: the decision whether this computer trains, the engine's supervision, every view of both."""

from app.lean_imports import load_structlog_without_rich

load_structlog_without_rich()  # before any module of the app imports it

VERSION = "0.1.0"
"""The app's version; written into settings files and told to whoever connects to the control socket."""
APP_ID = "org.trainathome.TrainAtHome"
"""What the systems know this app by: of the bundle on macOS, where the packages' recipes say it again."""
LINK_SCHEME = "train-at-home:"
"""How links begin that the system opens with this app."""
HIDDEN_OPTION = "--hidden"
"""Begin in the tray, without the window."""
