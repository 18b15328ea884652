"""The command line's entry: `train-at-home`, or `python -m app.control`."""

from app.control.command_line import application
from app.control.logs import log_to_stderr


def main() -> None:
    log_to_stderr()
    application()


if __name__ == "__main__":
    main()
