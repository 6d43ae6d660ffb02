"""The sentences for what cannot be done with sound effects and the soundboard, by the keys of ``InvalidRequest``."""

from bot.replies.language import N_

EFFECT_REFUSALS = {
    "effect_file_type": N_(
        "That file is neither a picture nor a video that I can read. Attach a PNG, JPEG, GIF or WebP picture, or an "
        "MP4, WebM or MOV video."
    ),
    "effect_file_large": N_("That file is too large: {detail} MB at most. Attach a smaller one, or a shorter video."),
    "effect_file_missing": N_(
        "There is no picture or video in this message. Pick one that has a picture or a video attached, or describe "
        "the sound with /sfx."
    ),
    "effect_no_pictures": N_(
        "The studio behind this bot cannot look at pictures and videos. Describe in words what you want to hear: /sfx."
    ),
    "effect_longest": N_("It is as long as a sound effect can be already: 30 seconds."),
    "not_an_effect": N_("That works with sound effects only. Make one with /sfx."),
    "soundboard_no_server": N_(
        "A soundboard belongs to a server that I am a member of. Ask a manager to add me there, and use the button "
        "there."
    ),
    "soundboard_member_may_not": N_(
        "You need the permission **Create Expressions** in this server to add a sound. A manager can give it to a "
        "role of yours in Server Settings → Roles."
    ),
    "soundboard_bot_may_not": N_(
        "I need the permission **Create Expressions** in this server to add a sound. A manager can give it to my role "
        "in Server Settings → Roles; then press the button again."
    ),
    "soundboard_full": N_(
        "The soundboard of this server is full. Remove a sound in Server Settings → Soundboard, then try again."
    ),
    "soundboard_lost": N_(
        "Discord did not take the new sound, and the old one, “{detail}”, could not be put back. Here it is as a file: "
        "a manager can upload it in Server Settings → Soundboard."
    ),
    "soundboard_not_replaceable": N_(
        "The soundboard is full, and none of its sounds may be replaced by both of us: that takes the permission "
        "**Manage Expressions**, or a sound of one's own. Remove one in Server Settings → Soundboard, then press the "
        "button again."
    ),
    "soundboard_name": N_("The name of a sound has 2 to 32 characters. Press the button again and choose another."),
    "soundboard_emoji": N_(
        "I cannot use that emoji. Leave the field empty, paste one emoji like 🐶, or one of this server like "
        "<:name:123456789012345678>. Press the button again."
    ),
    "soundboard_too_long": N_("Discord found the sound too long: 5.2 seconds at most. Make a shorter one with /sfx."),
    "soundboard_too_large": N_("Discord found the sound too large: 512 kB at most. Make a shorter one with /sfx."),
    "soundboard_refused": N_(
        "Discord did not take this sound. Try another name or no emoji; if it stays so, tell whoever runs the bot."
    ),
    "soundboard_unavailable": N_("Discord does not answer about the soundboard now. Try again in a minute."),
    "soundboard_source_gone": N_(
        "The message with this sound, or its file, is not there any more. Make the sound again and add that one."
    ),
    "soundboard_source_hidden": N_(
        "I cannot read the message with this sound: I need the permission **Read Message History** in that channel. A "
        "manager can give it to me; then press the button again."
    ),
    "soundboard_sound_gone": N_("The sound to be replaced is not there any more. Press “Add to soundboard” again."),
    "soundboard_old_unsaved": N_(
        "I could not keep a copy of the old sound, so I left everything as it is. Try again in a minute."
    ),
    "soundboard_busy": N_(
        "A sound is just being replaced on this server's soundboard. Wait until that is done, then choose again."
    ),
    "soundboard_put_back": N_(
        "Discord did not take the new sound, so I put the old one back. Try again in a minute, or choose another name."
    ),
}
