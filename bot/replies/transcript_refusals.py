"""The sentences for what cannot be written down, by the keys of ``InvalidRequest``."""

from bot.replies.language import N_

TRANSCRIPT_REFUSALS = {
    "nothing_to_hear": N_(
        "There is no audio or video that I can listen to. Pick a voice message, or attach a file such as MP3, OGG, "
        "WAV, M4A, MP4 or WebM."
    ),
    "source_too_large": N_("That file is too large: {detail} MiB at most. Cut it, or save it as MP3, and try again."),
    "recording_too_long": N_("That recording is too long: {detail} minutes at most. Cut it into parts and try again."),
    "language_unknown": N_("I know no language called “{detail}”. Pick one from the list that opens while you type."),
    "not_transcribed": N_(
        "Whoever sent this does not want it to be written down, so I leave it alone. They may ask for it themselves."
    ),
    "already_in_other_language": N_(
        "This was made in another language once already, which is free one time. With /transcribe you can name the "
        "language from the start."
    ),
    "transcript_gone": N_("The transcript's file is not in this message any more. Ask for it anew: /transcribe."),
    "transcript_not_fetched": N_("Discord did not give me the transcript's file just now. Try again in a minute."),
    "no_log_channel": N_("This server has no log channel yet. A manager can choose one: /settings."),
    "log_channel_gone": N_("The log channel is not there any more. A manager can choose another one: /settings."),
    "log_channel_closed": N_(
        "I cannot write into the log channel: there I need the permissions View Channel, Send Messages, Embed Links "
        "and Attach Files. A manager can give them to me."
    ),
    "moderators_only": N_(
        "Only moderators, members with the permission **Manage Messages**, can do that. Ask one of them."
    ),
}
