"""`comity`: where the process begins, and where its exit code is decided.

`verify` is called first and answered without any library of options: whoever verifies a folder of
certificates starts this program once for each. Errors of our family end here as text and an exit
code; anything else is a fault of ours and keeps its traceback.
"""

import sys

from registry.errors import RegistryError


def main() -> None:
    """Run the command that the arguments name, and end the process with its exit code."""
    try:
        sys.exit(_run(sys.argv[1:]))
    except RegistryError as fault:
        from registry.cli.report import exit_code, report

        report(fault)
        sys.exit(exit_code(fault))


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["verify"]:
        from registry.cli.verify import run

        return run(arguments[1:])
    from registry.cli.commands import run as run_any

    return run_any(arguments)


if __name__ == "__main__":
    main()
