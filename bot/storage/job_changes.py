"""The changes of a job's state: each is one guarded UPDATE, and whoever loses a race changes nothing.

The guard is the state and the owner that the job was read with. So a process that was thought dead, and whose jobs
another one took over, can change nothing of them when it wakes up again.
"""

from typing import Any

from sqlalchemy import and_, bindparam, case, null, or_, update

from bot.models import Job, JobState
from bot.storage.tables import jobs

_IS_UNCHANGED = and_(
    jobs.c.id == bindparam("job_id"),
    jobs.c.state == bindparam("read_state"),
    # In line it is in nobody's hands: its owner only says who answers the member.
    or_(jobs.c.state == JobState.QUEUED, jobs.c.owner.is_not_distinct_from(bindparam("read_owner"))),
)
"""That the row is still in the state, and in the hands, in which the job was read: see ``as_read``."""
_HAS_NO_CARD = jobs.c.card_message_id.is_(None)
CARD_NOTED = (
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"), _HAS_NO_CARD)
    # In line it is made anew, whatever was there when it was asked for.
    .values(card_message_id=bindparam("card"), owner=None, is_cached=False)
    .returning(jobs)
)
CLAIMED = (
    update(jobs)
    .where(jobs.c.id == bindparam("job_id"))
    .values(state=JobState.SUBMITTING, attempts=jobs.c.attempts + 1)
    .returning(jobs)
)
MOVED = update(jobs).where(_IS_UNCHANGED).returning(jobs)
ENDED = (
    update(jobs)
    .where(_IS_UNCHANGED, jobs.c.was_refunded.is_(False))
    .values(
        retry_of=case((_HAS_NO_CARD, null()), else_=jobs.c.retry_of),
        # Until its card says so: see ``end_is_shown``.
        owner=case((_HAS_NO_CARD, null()), else_=bindparam("by", type_=jobs.c.owner.type)),
    )
    .returning(jobs)
)


def as_read(job: Job) -> dict[str, Any]:
    """What the guard compares with."""
    return {"job_id": job.id, "read_state": job.state, "read_owner": job.owner}
