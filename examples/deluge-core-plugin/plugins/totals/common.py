"""What the parts of the plugin share."""

from dataclasses import dataclass, field

UNITS = {1000: "kB", 1024: "KiB"}


@dataclass
class Preferences:
    """The tutorial's `DEFAULT_PREFS`, with types. `configs/totals.ini` and conf.py may set each of them."""

    test: str = "NiNiNi"
    title: str = "Totals"
    unit_bytes: int = 1000
    show_pages: bool = False
    formats: list[str] = field(default_factory=lambda: ["md"])

    def __post_init__(self):
        if self.unit_bytes not in UNITS:
            raise ValueError(f"unit_bytes is {self.unit_bytes}; there are {', '.join(map(str, UNITS))}")

    def in_units(self, size_bytes):
        """Say a size in the unit that is preferred."""
        return f"{size_bytes / self.unit_bytes:.1f} {UNITS[self.unit_bytes]}"
