"""The attributes that Sphinx gives an environment, by what Pronghorn does with them."""

from __future__ import annotations

TABLES = (
    "all_docs",
    "dependencies",
    "included",
    "reread_always",
    "metadata",
    "titles",
    "longtitles",
    "tocs",
    "toc_num_entries",
    "toc_secnumbers",
    "toc_fignumbers",
    "toctree_includes",
    "files_to_rebuild",
    "glob_toctrees",
    "numbered_toctrees",
    "images",
    "dlfiles",
    "original_image_uri",
)
"""Attributes of ``BuildEnvironment`` that reading a page adds to, domains' data aside."""

SCRATCH = (
    "_pickled_doctree_cache",
    "_write_doc_doctree_cache",
    "_search_index_titles",
    "_search_index_filenames",
    "_search_index_mapping",
    "_search_index_title_mapping",
    "_search_index_all_titles",
    "_search_index_index_entries",
    "_search_index_objtypes",
    "_search_index_objnames",
    "current_document",
    "ref_context",
    "temp_data",
)
"""Attributes that do not belong to a page's contribution."""

SHARED = (
    "_app",
    "_doctreedir",
    "_srcdir",
    "app",
    "config",
    "config_status",
    "config_status_extra",
    "doctreedir",
    "events",
    "project",
    "srcdir",
    "version",
    "versioning_compare",
    "versioning_condition",
    "_builder_cls",
)
"""Attributes that are the same for all pages."""

OTHERS = ("domaindata", "domains", "settings")
"""Attributes that are handled one by one."""

KNOWN = frozenset((*TABLES, *SCRATCH, *SHARED, *OTHERS))
"""All attributes that Sphinx gives an environment; any other one is an extension's."""
