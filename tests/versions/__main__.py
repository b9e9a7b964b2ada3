"""Make environments of combinations of versions, run tests in them, and write what other files say of versions."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

import tests.versions
from tests.versions import passages
from tests.versions.environments import make_pip
from tests.versions.interpreters import variable
from tests.versions.runs import conclude, environment_of, loud, run_all, say
from tests.versions.table import versions

ALL = "all"
_TESTED_WITH = {
    versions.Role.FULL: "all tests",
    versions.Role.OLDEST: "what depends on Sphinx",
    versions.Role.NEWEST: "what depends on Sphinx",
    versions.Role.CANARY: "the canary",
}


def _chosen(name: str) -> list[versions.Combination]:
    """Return the combinations of a name: of one, of a role, or ``all``; the largest run comes first."""
    found = [each for each in versions.combinations() if name in {ALL, each.name, each.role}]
    return sorted(found, key=lambda each: [*versions.Role].index(each.role))


def _names() -> list[str]:
    return [ALL, *versions.Role, *(each.name for each in versions.combinations())]


def _make(args: argparse.Namespace) -> int:
    make_pip()
    for combination in _chosen(args.what):
        environment = environment_of(combination)
        if environment is None:
            say(loud(f"NOT MADE: {combination}: set {variable(combination.python)} to an interpreter"))
            continue
        environment.make(only_project=args.only_project)
    return 0


def _test(args: argparse.Namespace) -> int:
    return conclude(run_all(_chosen(args.what), args.arguments))


def _list(args: argparse.Namespace) -> int:
    """Print a line for each target of ``make``."""
    del args
    for each in versions.combinations():
        target = each.name if each.role is versions.Role.CANARY else each.role
        say(f"test-{target:<8}  {each}: {_TESTED_WITH[each.role]}")
    return 0


def _write(args: argparse.Namespace) -> int:
    del args
    for file in passages.write():
        say(f"written: {file}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.versions",
        description=tests.versions.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for function, text in ((_list, "list the combinations"), (_write, "write what other files say of versions")):
        commands.add_parser(function.__name__[1:], help=text).set_defaults(run=function)
    make = commands.add_parser("make", help="make environments")
    make.add_argument("--only-project", action="store_true", help="without what tests need")
    make.set_defaults(run=_make)
    test = commands.add_parser("test", help="make environments, and run tests in them")
    test.set_defaults(run=_test)
    for command in (make, test):
        command.add_argument("what", nargs="?", choices=_names(), default=ALL, metavar="WHAT", help=", ".join(_names()))
    test.add_argument("arguments", nargs="*", help="more arguments for pytest, after --")
    return parser


def main(argv: Sequence[str]) -> int:
    """Do what the command line says."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except subprocess.CalledProcessError as error:
        say(f"{error}\n{error.stdout}")
    except ValueError as error:
        say(str(error))
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
