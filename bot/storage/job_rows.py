"""Jobs to rows and back."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from bot.models import (
    EffectRequest,
    FailureReason,
    Job,
    JobKind,
    JobState,
    NewJob,
    Place,
    Request,
    ResultForm,
    Source,
    SourceKind,
    SpeechRequest,
    TranscriptRequest,
)
from bot.storage.database import StorageError


def to_row(new: NewJob, charges: Sequence[dict[str, Any]], cost: int) -> dict[str, Any]:
    """The row of a job that was just admitted."""
    place = new.place
    return {
        "id": new.id,
        "kind": new.request.kind,
        "state": JobState.QUEUED,
        "request": asdict(new.request),
        "form": new.form,
        "scope_id": place.scope_id,
        **place_columns(place),
        "result_urls": [],
        "notes": [],
        "failure_detail": "",
        "was_refunded": False,
        "attempts": 0,
        "cost": cost,
        "charges": list(charges),
        "deliveries": 0,
        "takes_made": 0,
        "is_cached": new.is_cached,
        "retry_of": new.retry_of,
        "created_at": new.created_at,
        "updated_at": new.created_at,
    }


def place_columns(place: Place) -> dict[str, Any]:
    """Where a result goes, and with which token."""
    return asdict(place)


def from_row(row: Row[Any]) -> Job:
    """The job that the row holds.

    Raises:
        StorageError: what it holds was not written by this program.
    """
    try:
        return _from_row(row)
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(f"The job {row.id} in the database is damaged: {error}.") from error


def _from_row(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        state=JobState(row.state),
        request=_request(JobKind(row.kind), row.request),
        form=ResultForm(row.form),
        place=Place(
            user_id=row.user_id,
            channel_id=row.channel_id,
            guild_id=row.guild_id,
            application_id=row.application_id,
            interaction_token=row.interaction_token,
            token_expires_at=row.token_expires_at,
            has_bot=row.has_bot,
            upload_limit_bytes=row.upload_limit_bytes,
            is_private=row.is_private,
            locale=row.locale,
        ),
        created_at=row.created_at,
        updated_at=row.updated_at,
        card_message_id=row.card_message_id,
        api_task_id=row.api_task_id,
        result_urls=tuple(row.result_urls),
        takes_made=row.takes_made,
        result_file=row.result_file,
        notes=tuple(row.notes),
        failure=None if row.failure is None else FailureReason(row.failure),
        failure_detail=row.failure_detail,
        was_refunded=row.was_refunded,
        attempts=row.attempts,
        cost=row.cost,
        owner=row.owner,
        deliveries=row.deliveries,
        result_channel_id=row.result_channel_id,
        result_message_id=row.result_message_id,
        is_cached=row.is_cached,
    )


def _request(kind: JobKind, fields: dict[str, Any]) -> Request:
    match kind:
        case JobKind.SPEECH:
            return SpeechRequest(**fields)
        case JobKind.EFFECT:
            source = fields.pop("source")
            return EffectRequest(source=None if source is None else _source(source), **fields)
        case JobKind.TRANSCRIPT:
            return TranscriptRequest(source=_source(fields.pop("source")), **fields)


def _source(fields: dict[str, Any]) -> Source:
    return Source(kind=SourceKind(fields.pop("kind")), **fields)
