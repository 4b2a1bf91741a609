"""XML reports, parsed as the hostile input they are."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from specrun.measure.raw import shorten
from specrun.measure.reports import ReportError

DEPTH_LIMIT = 100
"""Deepest nesting of elements. Real reports stay under 20."""

ELEMENT_LIMIT = 3_000_000
"""Most elements in a report."""


class _Builder(TreeBuilder):
    """Builds the tree without namespaces and stops as soon as it grows too deep or too large."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._elements = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_LIMIT:
            raise ReportError(f"its XML is nested deeper than {DEPTH_LIMIT}")
        if self._elements > ELEMENT_LIMIT:
            raise ReportError(f"it has more than {ELEMENT_LIMIT} elements")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag.rpartition("}")[2])


def parse_xml(data: bytes, *roots: str) -> Element:
    """Parse a document whose root element is one of `roots`.

    A DOCTYPE is tolerated and never loaded; entity declarations and external references are refused.
    Raises ReportError.
    """
    parser = DefusedXMLParser(target=_Builder())
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise ReportError("its XML declares or refers to entities") from error
    except ParseError as error:
        line, column = error.position
        raise ReportError(f"it is not well-formed XML: line {line}, column {column + 1}") from error
    except ReportError:
        raise
    except (ValueError, LookupError) as error:
        raise ReportError("its XML has an encoding that is not supported") from error
    if root.tag not in roots:
        raise ReportError(f"its root element is {shorten(root.tag)}; expected {' or '.join(roots)}")
    return root
