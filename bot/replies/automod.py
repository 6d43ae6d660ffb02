"""What moderators are told where the words of their server's own AutoMod could not be looked up."""

from dataclasses import dataclass

from bot.replies.language import _
from bot.replies.sentences import quiet


@dataclass(frozen=True, slots=True)
class Unseen:
    """Why a transcript is not marked. ``role`` is the bot's own, empty where it has none: text from outside."""

    is_forbidden: bool
    """True where the bot lacks Manage Server; False where Discord could not be asked."""
    role: str = ""


def say_unseen(unseen: Unseen) -> str:
    """A small line for moderators: what they do not see here, and how to change that."""
    if not unseen.is_forbidden:
        said = _("Words that this server's AutoMod catches are not marked: Discord did not tell me them just now.")
    elif unseen.role:
        said = _(
            "Words that this server's AutoMod catches are not marked, because I lack **Manage Server** to see them: "
            "somebody with **Manage Roles** can turn it on for me under Server Settings → Roles → **{role}** → "
            "Permissions."
        ).format(role=quiet(unseen.role, 100))
    else:
        said = _(
            "Words that this server's AutoMod catches are not marked, because I lack **Manage Server** to see them: "
            "somebody with **Manage Roles** can give me a role that has it, under Server Settings → Roles."
        )
    return f"-# {said}"


def say_not_all_checked() -> str:
    """A small line for moderators: AutoMod catches more than what is marked."""
    return "-# " + _(
        "Of this server's AutoMod only its own words are checked here, not its patterns and not the lists that "
        "Discord keeps."
    )
