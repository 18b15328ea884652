"""The command line's entry: `train-at-home`, or `python -m app.control`."""

from app.control.command_line import application


def main() -> None:
    application()


if __name__ == "__main__":
    main()
