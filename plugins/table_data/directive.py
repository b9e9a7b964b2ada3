"""The directive ``data-table``."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from pronghorn import Site, Source, SourceError

from .nodes import table_node
from .tables import DataTable, read_table


def make_directive(site: Site) -> type[Directive]:
    """Make the directive of a site."""

    class DataTableDirective(Directive):
        """Shows a data file as a table. Its path is relative to the page; with a leading slash, to the site."""

        required_arguments = 1
        final_argument_whitespace = True
        option_spec: ClassVar = {
            "caption": directives.unchanged,
            "columns": directives.unchanged_required,
            "class": directives.class_option,
        }

        def run(self) -> list[nodes.Node]:
            """Return the table, or say what is wrong."""
            source = self._source()
            site.record_dependency(source.path)
            try:
                table = self._chosen(read_table(source), source)
            except FileNotFoundError:
                raise self.error(f"data-table: there is no file '{source.relpath}'") from None
            except SourceError as error:
                docname = self.state.document.settings.env.docname
                site.log.warning("%s (shown by the page '%s')", error.message, docname, location=error.place)
                return []
            node = table_node(table.header, table.rows, [*self.options.get("class", []), "data-table"])
            if "caption" in self.options:
                node.insert(0, nodes.title("", self.options["caption"]))
            node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
            return [node]

        def _source(self) -> Source:
            env = self.state.document.settings.env
            relpath, _path = env.relfn2path(self.arguments[0])
            return Source(site.srcdir, relpath)

        def _chosen(self, table: DataTable, source: Source) -> DataTable:
            """Take the columns that are asked for."""
            if "columns" not in self.options:
                return table
            names = [name.strip() for name in self.options["columns"].split(",")]
            unknown = [name for name in names if name not in table.header]
            if unknown:
                known = ", ".join(f"'{name}'" for name in table.header)
                raise self.error(f"data-table: '{source.relpath}' has no column '{unknown[0]}'; there are {known}")
            numbers = [table.header.index(name) for name in names]
            return DataTable(names, [[row[number] for number in numbers] for row in table.rows])

    return DataTableDirective
