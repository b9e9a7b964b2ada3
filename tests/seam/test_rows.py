"""Each row of the register is as Sphinx has it here, and notices when Sphinx has something else."""

import pytest

from pronghorn.seam.capability import INSTEAD, Capability
from pronghorn.seam.internal import ChangedInternalError, Internal
from pronghorn.seam.register import all_rows
from pronghorn.seam.shape import Standing
from tests.seam.rows import IDS, changed, installed_rows

ROWS = installed_rows()


@pytest.mark.parametrize("row", ROWS, ids=IDS.get)
def test_it_is_as_it_is_known(row: Internal) -> None:
    """What it says in ``lost`` is what would be wrong; look there first."""
    assert row.look() in {Standing.KNOWN, Standing.ABSENT}, f"{row.place} has changed: {row.lost}"


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_there], ids=IDS.get)
def test_another_one_is_noticed(row: Internal) -> None:
    with changed(row) as fake:
        assert fake.look() is Standing.CHANGED
        with pytest.raises(ChangedInternalError, match=str(row).rpartition(".")[2].strip("_")):
            fake.of()


def test_what_is_absent_here_belongs_to_other_versions() -> None:
    absent = {row for row in ROWS if not row.is_there}
    assert all(row.since > (0, 0) or row.until is not None for row in absent)


def test_each_capability_says_what_happens_instead() -> None:
    assert INSTEAD.keys() == set(Capability)
    served = {capability for row in all_rows() for capability in row.serves}
    assert served == set(Capability), "a capability that rests on nothing"


@pytest.mark.parametrize("row", all_rows(), ids=IDS.get)
def test_it_says_what_for(row: Internal) -> None:
    assert row.shapes
    assert row.lost
    assert row.why
    assert all(map(str, row.shapes))
