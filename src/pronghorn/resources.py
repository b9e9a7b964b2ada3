"""The places of the files that come with Pronghorn and are not modules."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
"""The folder of the package."""


def shipped(name: str) -> Path:
    """Find a folder that comes with Pronghorn: ``plugins`` or ``conf_template``.

    In an installed wheel it lies inside the package. In a checkout, installed editable, it lies at the top level.

    :return: the absolute path of the folder. Do not write to it.
    :raises FileNotFoundError: if the installation lacks it; the message names where it should be.
    """
    return _find(name, PACKAGE.resolve())


def _find(name: str, package: Path) -> Path:
    places = [package / "_shipped" / name]
    if package.parent.name == "src":  # a checkout; in site-packages two levels up is a folder of others
        places.append(package.parents[1] / name)
    for place in places:
        if place.is_dir():
            return place
    looked = " or ".join(map(str, places))
    raise FileNotFoundError(f"this installation of Pronghorn lacks its folder {looked}; install Pronghorn again")
