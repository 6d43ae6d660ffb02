"""The sentences for what cannot be done with voices, by the keys of ``InvalidRequest``."""

from bot.replies.language import N_

VOICE_REFUSALS = {
    "too_many_favourites": N_(
        "You have {detail} favourites already. Take a star off another voice first: /voice favourites."
    ),
    "too_many_channel_voices": N_(
        "{detail} channels of this server have a voice of their own already. Reset one first: use /voice mine in a "
        "channel that does not need it."
    ),
    "voice_gone": N_("This voice is not in the catalogue any more. Pick another one with /voice search."),
    "samples_too_fast": N_("You are listening faster than samples are made. Try again in {detail} seconds."),
    "samples_busy": N_("Many want to listen at the moment. Try again in a minute."),
    "samples_used_up": N_(
        "{detail} new samples were made here today; more come after midnight UTC. Samples that were played before can "
        "be played at any time, and /tts works as ever."
    ),
    "sample_failed": N_("The audio service made no sample of this voice. Try another voice, or this one with /tts."),
    "sample_service_down": N_(
        "The audio service cannot be used at the moment. Try again in a minute; if it stays so, tell whoever runs the "
        "bot."
    ),
}
