"""What has to be known to go on with a file where its transfer broke off. Pure: headers in, decisions out.

Source of the rules: RFC 9110, sections 8.8 (validators), 13.1.5 (If-Range), 14.2 and 14.4 (Range, Content-Range).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII | re.IGNORECASE)
_NO_RANGE = re.compile(r"bytes \*/(\d{1,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entity:
    """The file that a transfer began with."""

    validator: str | None = None
    """What If-Range can name it by; None where a later part could belong to another file unnoticed."""
    size_bytes: int | None = None
    """Its whole size; None where the server did not say."""


def entity_of(headers: Mapping[str, str]) -> Entity:
    """What a 200 says about the file that it holds."""
    if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        # Lengths and ranges are then of the packed bytes, and those are not what is written to the disk.
        return Entity()
    length = headers.get("Content-Length", "")
    size_bytes = int(length) if length.isascii() and length.isdigit() and len(length) <= 18 else None
    return Entity(_validator(headers), size_bytes)


def range_headers(entity: Entity, arrived_bytes: int) -> dict[str, str]:
    """The headers that ask for the rest of the file; none where it can only be asked for from its beginning."""
    if arrived_bytes == 0 or entity.validator is None:
        return {}
    return {"Range": f"bytes={arrived_bytes}-", "If-Range": entity.validator}


def continues(headers: Mapping[str, str], entity: Entity, arrived_bytes: int) -> Entity | None:
    """The file with what a 206 adds to our knowledge of it; None where the part does not fit to what has arrived."""
    match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if match is None or headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return None
    first, last = int(match[1]), int(match[2])
    size_bytes = entity.size_bytes if match[3] == "*" else int(match[3])
    fits = (
        first == arrived_bytes <= last
        and (size_bytes is None or last < size_bytes)
        and entity.size_bytes in {None, size_bytes}
        and headers.get("Content-Length", str(last - first + 1)) == str(last - first + 1)
        and _is_same(headers, entity)
    )
    return Entity(entity.validator, size_bytes) if fits else None


def is_nothing_left(headers: Mapping[str, str], arrived_bytes: int) -> bool:
    """Whether a 416 says that the file ends where ours does."""
    match = _NO_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    return match is not None and int(match[1]) == arrived_bytes


def _is_same(headers: Mapping[str, str], entity: Entity) -> bool:
    """False where the part says that it is of another file, for servers that do not know If-Range."""
    is_etag = entity.validator is not None and entity.validator.startswith('"')
    name = "ETag" if is_etag else "Last-Modified"
    return headers.get(name, entity.validator or "") == (entity.validator or "")


def _validator(headers: Mapping[str, str]) -> str | None:
    etag = headers.get("ETag", "")
    if _STRONG_ETAG.fullmatch(etag):
        return etag
    modified, said = _date(headers.get("Last-Modified", "")), _date(headers.get("Date", ""))
    # A file that changed within the second of its answer may change again without a new date.
    is_strong = modified is not None and said is not None and said - modified >= timedelta(seconds=1)
    return headers["Last-Modified"] if is_strong else None


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    # "-0000" gives a date without a zone, which cannot be compared.
    return date if date.tzinfo is not None else None
