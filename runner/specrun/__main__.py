"""`python -m specrun`."""

from specrun.cli.main import main

main()
