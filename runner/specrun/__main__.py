"""The command line: `specrun`, and `python -m specrun`."""

import sys


def main() -> None:
    """Run the command line. Ctrl-C while it is still being imported is no traceback either."""
    try:
        from specrun.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
