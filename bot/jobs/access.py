"""Who may see a job, and who may do what with it. Asked anew at each press: ``place`` is where, and by whom.

What was asked for in one guild is shown in no other, nor in direct messages; from there, only its asker may end it or
have its result taken away.
"""

from bot.models import Job, Place


def is_asker(job: Job, place: Place) -> bool:
    """Whether the job is the member's own."""
    return job.place.user_id == place.user_id


def is_of_same_guild(job: Job, place: Place) -> bool:
    """Whether it was asked for in this guild; or in direct messages, perhaps of others, where this is none."""
    return job.place.guild_id == place.guild_id


def may_touch(job: Job, place: Place, *, moderates: bool) -> bool:
    """Whether it may be cancelled, or its result taken away: by its asker and those who moderate its guild.

    Nobody moderates direct messages.
    """
    moderates_it = moderates and place.guild_id is not None and is_of_same_guild(job, place)
    return is_asker(job, place) or moderates_it


def may_look_up(job: Job, place: Place, *, manages: bool) -> bool:
    """Whether the job can be looked at here. What was asked for in one guild is shown in no other, to nobody."""
    return is_of_same_guild(job, place) and may_touch(job, place, moderates=manages)


def may_have_another(job: Job, place: Place) -> bool:
    """Whether another one of it can be asked for here: by anybody in its guild who sees its result."""
    is_for_all = place.guild_id is not None and not job.place.is_private
    return is_of_same_guild(job, place) and (is_for_all or is_asker(job, place))


def may_take_result(job: Job, place: Place) -> bool:
    """Whether its result may be used for everyone in the guild: not what went to its asker's direct messages."""
    is_in_its_channel = job.result_channel_id == job.place.channel_id
    return may_have_another(job, place) and (is_in_its_channel or is_asker(job, place))


def may_hear_result(job: Job, place: Place) -> bool:
    """Whether its result may be fetched for the member here: who asked for it, or sees it in this channel."""
    is_seen_here = job.result_channel_id == place.channel_id and not job.place.is_private
    return is_of_same_guild(job, place) and (is_seen_here or is_asker(job, place))
