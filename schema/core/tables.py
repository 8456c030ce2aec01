"""Tables that are handed out: as CSV, or as XLSX."""

from typing import Final

from kernel import tables
from schema.core.enums import described_enum

TableFormat = tables.TableFormat
described_enum(
    TableFormat,
    "What a table is written as.",
    name="TableFormat",
    CSV="CSV in UTF-8.",
    XLSX="A workbook of one sheet, in base64.",
)

FORMAT: Final = "What it is written as."
