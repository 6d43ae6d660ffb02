"""/transcribe, the menu Transcribe and the button under other results: what is said in a recording is written down."""

import asyncio
import logging
from dataclasses import replace

import discord
from discord import app_commands

from bot.discord_bot import Interaction, SoundboothBot
from bot.discord_limits import CHOICE_CHARACTERS
from bot.errors import Deed, InvalidRequest, SourceGone
from bot.jobs.access import may_hear_result
from bot.jobs.transcribing import Offered, Wishes, kind_of
from bot.models import ResultForm
from bot.replies.answer import NOT_ANSWERED, in_time
from bot.replies.result_buttons import TRANSCRIBE
from bot.replies.transcripts import language_choices, say_first_of
from cogs.asking import place_of, refuse_without_files
from cogs.cog import SoundboothCog, everywhere
from cogs.confirming import submit_or_confirm
from cogs.pressing import JOB_ID, LastingButton
from cogs.rights import looks_privately, moderates

log = logging.getLogger(__name__)

NAME = "Transcribe"
MAX_LANGUAGE_LENGTH = 50
READ_WITHIN_S = 10.0
# What was forwarded more often than that was seen by everybody already.
MAX_FORWARDS = 3


async def transcribe(
    interaction: Interaction, offered: Offered, wishes: Wishes, *, is_private: bool | None = None, note: str = ""
) -> None:
    """Have a file transcribed: the card, or first the price of something long.

    ``is_private`` None is as the member's role suggests: moderators look into things that others need not see.
    ``note`` as in ``submit_or_confirm``.

    Raises:
        UserError: see ``Transcribing.request`` and ``submit_or_confirm``.
        MissingPermission: no file can be attached here, which a transcript is.
    """
    if is_private is None:
        is_private = looks_privately(interaction)
    refuse_without_files(interaction, Deed.TRANSCRIPT)
    place = place_of(interaction, is_private=is_private)
    asking = interaction.client.services.transcribing.request(offered, place, wishes)
    request = await in_time(interaction, asking, is_private=is_private, is_new=True)
    await submit_or_confirm(interaction, request, ResultForm.FILE, is_private=is_private, note=note)


def wishes_of(interaction: Interaction, language: str = "", *, speakers: bool = False) -> Wishes:
    """What the member wants, and what can be guessed from where they are."""
    locale = interaction.guild_locale or interaction.locale
    return Wishes(language, str(locale.value), speakers, is_moderated=moderates(interaction))


def recordings_in(message: discord.Message) -> list[Offered]:
    """The recordings of a message, then those that it forwards. Of these is not told who spoke: ``heard_in_menu``."""
    own = [offered_by(attachment, message, author_id=message.author.id) for attachment in message.attachments]
    forwarded = [
        offered_by(attachment, message) for snapshot in message.message_snapshots for attachment in snapshot.attachments
    ]
    return [offered for offered in (*own, *forwarded) if kind_of(offered) is not None]


def heard_in(message: discord.Message) -> Offered:
    """The first recording of a message, or of one that it forwards.

    Raises:
        InvalidRequest: ``nothing_to_hear``: there is none.
    """
    recordings = recordings_in(message)
    if not recordings:
        raise InvalidRequest("nothing_to_hear")
    return recordings[0]


async def heard_in_menu(interaction: Interaction, message: discord.Message) -> Offered:
    """As ``heard_in``; of what a message forwards, also who sent it first, where the bot may see that.

    Forwarding is no way around somebody's wish not to be transcribed.
    """
    offered = heard_in(message)
    if offered.author_id:
        return offered
    looking = first_sender(interaction.client, message)
    sender_id = await in_time(interaction, looking, is_private=looks_privately(interaction), is_new=True)
    return replace(offered, author_id=sender_id)


async def first_sender(client: discord.Client, message: discord.Message) -> int:
    """The id of who wrote what the message forwards, perhaps over several forwards; 0 where that cannot be seen."""
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            for _ in range(MAX_FORWARDS):
                reference = message.reference
                if reference is None or reference.message_id is None:
                    return 0
                channel = client.get_partial_messageable(reference.channel_id)
                message = await channel.fetch_message(reference.message_id)
                if not message.message_snapshots:
                    return message.author.id
    except NOT_ANSWERED as error:
        log.info("Nobody can be told who was forwarded: %s", type(error).__name__)
    return 0


def offered_by(
    attachment: discord.Attachment, message: discord.Message | None = None, *, author_id: int = 0
) -> Offered:
    """The file as the rules see it. One that only the asking member sees cannot be read again from its message."""
    is_seen = message is not None and not message.flags.ephemeral
    return Offered(
        url=attachment.url,
        name=attachment.filename,
        content_type=attachment.content_type or "",
        size_bytes=attachment.size,
        attachment_id=attachment.id,
        channel_id=message.channel.id if message is not None and is_seen else 0,
        message_id=message.id if message is not None and is_seen else 0,
        author_id=author_id,
        length_s=attachment.duration,
    )


class TranscribeButton(LastingButton, template=rf"job:{TRANSCRIBE}:{JOB_ID}"):
    """Transcribe, under a result of the bot's own."""

    async def pressed(self, interaction: Interaction) -> None:
        """Have the result transcribed, as any other file."""
        is_private = looks_privately(interaction)
        offered = await in_time(interaction, self._result(interaction), is_private=is_private, is_new=True)
        await transcribe(interaction, offered, wishes_of(interaction), is_private=is_private)

    async def _result(self, interaction: Interaction) -> Offered:
        """The file in the message that was pressed on, else in the one that the result was posted as."""
        if interaction.message is not None and interaction.message.attachments:
            return heard_in(interaction.message)
        job = await interaction.client.services.jobs.get(self.job_id)
        # What was sent to somebody as a direct message is theirs alone.
        if not may_hear_result(job, place_of(interaction)):
            raise InvalidRequest("asked_elsewhere")
        if job.result_channel_id is None or job.result_message_id is None:
            raise SourceGone
        channel = interaction.client.get_partial_messageable(job.result_channel_id)
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                return heard_in(await channel.fetch_message(job.result_message_id))
        except NOT_ANSWERED as error:
            raise SourceGone from error


class Transcription(SoundboothCog):
    """Speech to text, where somebody asks for it."""

    items = (TranscribeButton,)

    def __init__(self, bot: SoundboothBot) -> None:
        super().__init__(bot)
        self._offer_on_messages(NAME, self._transcribe_message)

    @app_commands.command(name="transcribe", description="Write down what is said in a recording")
    @app_commands.describe(
        file="Audio or video",
        language="What they speak; without it, I find out",
        speakers="Tell who says what",
        private="Show it to you alone; moderators get it so unless they say otherwise",
    )
    @everywhere
    async def transcribe(
        self,
        interaction: Interaction,
        file: discord.Attachment,
        language: app_commands.Range[str, 1, MAX_LANGUAGE_LENGTH] | None = None,
        speakers: bool = False,  # noqa: FBT001, FBT002  # an option of the command
        private: bool | None = None,  # noqa: FBT001  # same
    ) -> None:
        """Take the file, and answer with the card of its transcript."""
        wishes = wishes_of(interaction, language or "", speakers=speakers)
        await transcribe(interaction, offered_by(file), wishes, is_private=private)

    @transcribe.autocomplete("language")
    async def complete_language(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The languages that fit what is typed so far."""
        del interaction
        fitting = language_choices(typed)
        return [app_commands.Choice(name=name[:CHOICE_CHARACTERS], value=code) for name, code in fitting]

    async def _transcribe_message(self, interaction: Interaction, message: discord.Message) -> None:
        offered = await heard_in_menu(interaction, message)
        note = say_first_of(len(recordings_in(message)))
        await transcribe(interaction, offered, wishes_of(interaction), note=note)


async def setup(bot: SoundboothBot) -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(Transcription(bot))
