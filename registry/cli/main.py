"""`comity`: where the process begins, and where its exit code is decided.

`verify` is called first and answered without any library of options: whoever verifies a folder of
certificates starts this program once for each. Errors of our family end here as text and an exit
code; anything else is a fault of ours and keeps its traceback.
"""

import io
import os
import sys

from registry.errors import RegistryError

INTERRUPTED = 130


def main() -> None:
    """Run the command that the arguments name, and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Chinese still gets the rest of the line.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_ended(sys.argv[1:]))


def _ended(arguments: list[str]) -> int:
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except RegistryError as fault:
        from registry.cli.report import exit_code, report

        report(fault)
        return exit_code(fault)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has seen enough; nothing more is written, at the end neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["verify"]:
        from registry.cli.verification.verify import run

        return run(arguments[1:])
    from registry.cli.commands import run as run_any

    return run_any(arguments)


if __name__ == "__main__":
    main()
