"""Writing XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET


def add(parent: ET.Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None) -> ET.Element:
    """Add an element to another one."""
    element = ET.SubElement(parent, tag, attributes or {})
    element.text = text
    return element


def write(root: ET.Element) -> str:
    """Return a document as text."""
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
