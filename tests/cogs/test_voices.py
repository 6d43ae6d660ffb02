"""/voice: the gallery, its buttons and menus, the member's own voice and those that managers choose."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import discord
import pytest

from bot.errors import InvalidRequest, UserError
from bot.jobs.voice_library import CatalogueChange
from bot.jobs.voice_replacement import find_replacements
from bot.limits import Subject
from bot.models import SpeechRequest, Voice
from bot.preferences import MAX_CHANNEL_VOICES
from bot.replies.gallery_place import GalleryPlace, filter_key, gallery_id, voice_key
from cogs.voice_gallery import GalleryButton, GalleryMenu, ResetButton
from tests.cogs.conftest import CATALOGUE, SLOW_S, Studio, labels_of, text_of
from tests.jobs.made_up_voices import made_up_voices

FRIDA = Voice("frida", "Frida", "female", "de-DE", "senior", "calm", "narration", "A calm old lady.")
SMALL = (
    FRIDA,
    Voice("fritz", "Fritz", "male", "de-DE", "senior", "calm", "narration"),
    Voice("anna", "Anna", "female", "en-US", "young", "cheerful", "narration"),
    Voice("aline", "Aline", "female", "fr-FR", "young", "cheerful", "narration"),
)


def buttons(shown: Any) -> list[str | None]:
    return labels_of(shown.response.message)


def menus(shown: Any) -> dict[str, list[str]]:
    """The labels of all menus' options, by the menus' placeholders."""
    view = discord.ui.View.from_message(shown.response.message)
    return {
        item.placeholder or "": [option.label for option in item.options]
        for item in view.children
        if isinstance(item, discord.ui.Select)
    }


def names(shown: Any) -> list[str]:
    return menus(shown)["Choose a voice…"]


async def gallery(studio: Studio, member: Any = None, **options: str) -> Any:
    return await (member or studio.robin).slash(studio.channel, "voice search", **options)


async def narrow(studio: Studio, shown: Any, placeholder: str, value: str) -> Any:
    """Choose a value in a filter's menu."""
    view = discord.ui.View.from_message(shown.response.message)
    (menu,) = [i for i in view.children if isinstance(i, discord.ui.Select) and i.placeholder == placeholder]
    return await studio.robin.select(shown.response, [value], custom_id=menu.custom_id)


async def open_voice(studio: Studio, shown: Any, name: str, member: Any = None) -> Any:
    view = discord.ui.View.from_message(shown.response.message)
    menu = next(i for i in view.children if isinstance(i, discord.ui.Select))
    return await (member or studio.robin).select(shown.response, [voice_key(name)], custom_id=menu.custom_id)


async def press(studio: Studio, shown: Any, label: str, member: Any = None) -> Any:
    return await (member or studio.robin).click(shown.response, label=label)


async def use(studio: Studio, catalogue: tuple[Voice, ...]) -> None:
    await studio.voices._use(catalogue)  # pyright: ignore[reportPrivateUsage]  # reading a catalogue is not the matter here


async def lose(studio: Studio, gone: Voice) -> None:
    """A refresh of the catalogue without this voice."""
    before = studio.voices.voices
    after = tuple(voice for voice in before if voice.name != gone.name)
    await use(studio, after)
    left = find_replacements(before, after)
    studio.voices._note(CatalogueChange(len(after), gone=left))  # pyright: ignore[reportPrivateUsage]  # refreshing a catalogue is not the matter here


async def settings(studio: Studio) -> tuple[Any, Any]:
    preferences = studio.bot.services.preferences
    return await preferences.guild(studio.guild.id), await preferences.member(studio.guild.id, studio.robin.id)


@pytest.fixture(autouse=True)
def nothing_unforeseen(studio: Studio) -> Iterator[None]:
    yield
    assert [error for error in studio.env.errors if not isinstance(error.__cause__, UserError)] == []


async def test_the_gallery_is_for_the_member_alone_and_turns_its_pages(studio: Studio) -> None:
    shown = await gallery(studio)
    assert shown.ephemeral
    assert studio.channel.history(viewer=studio.bystander) == []
    assert names(shown) == ["Harper", "James", "Choir 0", "Choir 1", "Choir 2"]
    assert "1 to 5 of 42" in str(shown.response.embeds[0].footer.text)
    await press(studio, shown, "Next")
    assert names(shown)[0] == "Choir 3"
    await press(studio, shown, "Previous")
    await press(studio, shown, "Previous")
    assert names(shown) == ["Choir 38", "Choir 39"]
    await press(studio, shown, "Next")
    assert names(shown)[0] == "Harper"


async def test_words_find_voices_and_all_are_one_press_away(studio: Studio) -> None:
    await use(studio, SMALL)
    shown = await gallery(studio, words="calm german: man?")
    assert names(shown)[0] == "Fritz"
    assert "“calm german man”" in text_of(shown.response)
    await press(studio, shown, "All voices")
    assert len(names(shown)) == len(SMALL)


async def test_filters_narrow_down_and_offer_only_what_is_left(studio: Studio) -> None:
    await use(studio, SMALL)
    shown = await gallery(studio)
    assert menus(shown)["Language"] == [
        "Language: any", "Language: German", "Language: English", "Language: French",
    ]  # fmt: skip
    await narrow(studio, shown, "Language", filter_key("de"))
    assert names(shown) == ["Frida", "Fritz"]
    assert menus(shown)["Gender"] == ["Gender: any", "Gender: female", "Gender: male"]
    await narrow(studio, shown, "Gender", filter_key("male"))
    assert names(shown) == ["Fritz"]
    # The other filters are those of all men, whatever they speak.
    assert menus(shown)["Language"] == ["Language: any", "Language: German"]
    await press(studio, shown, "More filters")
    assert set(menus(shown)) == {"Choose a voice…", "Age", "Style"}
    await narrow(studio, shown, "Age", filter_key("senior"))
    assert "German · male · senior" in text_of(shown.response)
    await press(studio, shown, "More filters")
    await narrow(studio, shown, "Gender", "any")
    assert names(shown) == ["Frida", "Fritz"]
    await press(studio, shown, "All voices")
    assert len(names(shown)) == len(SMALL)


async def test_a_filter_that_all_voices_share_is_not_shown(studio: Studio) -> None:
    await use(studio, tuple(replace(voice, language="de-DE", age="") for voice in SMALL))
    shown = await gallery(studio)
    assert set(menus(shown)) == {"Choose a voice…", "Gender", "Style"}
    assert "More filters" not in buttons(shown)
    await use(studio, SMALL[:1])
    assert set(menus(await gallery(studio))) == {"Choose a voice…"}


async def test_a_place_of_another_catalogue_leads_to_what_there_is(studio: Studio) -> None:
    await use(studio, SMALL)
    place = GalleryPlace(page=300).filtered("style", filter_key("gone")).filtered("gender", filter_key("female"))
    message = await studio.post_button(studio.channel, gallery_id("next", replace(place, page=300)))
    await studio.robin.click(message, label="Press")
    assert "-# 3 voices · female" in text_of(studio.seen_by_all())


async def test_the_gallery_of_a_large_catalogue_is_there_at_once(studio: Studio) -> None:
    catalogue = made_up_voices(1_600, random.Random(3))
    await use(studio, catalogue)
    shown = await gallery(studio)
    assert studio.callbacks() == [4]
    assert "1,600" in str(shown.response.embeds[0].footer.text)
    await press(studio, shown, "Previous")
    assert names(shown)[-1] == catalogue[-1].label
    assert studio.callbacks() == [4, 7]


async def test_a_name_plays_its_sample_for_the_member_alone(studio: Studio) -> None:
    shown = await gallery(studio)
    heard = await press(studio, shown, "James")
    assert heard.ephemeral
    (file,) = heard.response.attachments
    assert file.filename == "james-sample.mp3"
    assert file.description == "A short sample of the voice James"
    fetch = studio.bot.services.voice_samples.fetch
    assert isinstance(fetch, AsyncMock)
    voice, place = fetch.await_args_list[0].args
    assert (voice, place.scope_id, place.user_id) == (CATALOGUE[1], studio.guild.id, studio.robin.id)
    # The gallery stays as it is.
    assert names(shown)[0] == "Harper"


async def test_a_sample_that_takes_long_is_announced_below_the_gallery(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = await gallery(studio)

    async def take_long(*_: Any) -> bytes:
        await asyncio.sleep(SLOW_S)
        return b"ID3 a sample"

    monkeypatch.setattr("bot.replies.answer.DEFER_AFTER_S", 0.0)
    monkeypatch.setattr(studio.bot.services.voice_samples, "fetch", take_long)
    heard = await press(studio, shown, "James")
    assert studio.callbacks() == [4, 5]
    assert heard.ephemeral
    assert [file.filename for file in heard.response.attachments] == ["james-sample.mp3"]


async def test_a_sample_that_cannot_be_had_is_explained_in_private(studio: Studio) -> None:
    shown = await gallery(studio)
    fetch = studio.bot.services.voice_samples.fetch
    assert isinstance(fetch, AsyncMock)
    fetch.side_effect = InvalidRequest("samples_too_fast", "7")
    heard = await press(studio, shown, "James")
    assert heard.ephemeral
    assert heard.response.content == "You are listening faster than samples are made. Try again in 7 seconds."


async def test_who_may_not_ask_for_audio_may_not_have_samples_made(studio: Studio) -> None:
    shown = await gallery(studio)
    await studio.bot.services.fair_use.block(studio.guild.id, Subject.MEMBER, studio.robin.id, by=1)
    heard = await press(studio, shown, "James")
    assert "blocked you" in heard.response.content
    lounge = studio.guild.create_text_channel("lounge")
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, channels=(lounge.id,)))
    other = await gallery(studio, studio.sam)
    heard = await press(studio, other, "James", studio.sam)
    assert f"<#{lounge.id}>" in heard.response.content
    fetch = studio.bot.services.voice_samples.fetch
    assert isinstance(fetch, AsyncMock)
    assert fetch.await_count == 0


async def test_a_missing_permission_is_named_before_a_sample_is_made(studio: Studio) -> None:
    channel = studio.limited_channel("attach_files")
    shown = await studio.robin.slash(channel, "voice search")
    heard = await press(studio, shown, "James")
    assert "**Attach Files**" in heard.response.content


async def test_a_star_makes_a_favourite_here_and_everywhere(studio: Studio) -> None:
    shown = await gallery(studio)
    await open_voice(studio, shown, "james")
    await press(studio, shown, "Star")
    assert "Take star away" in buttons(shown)
    await press(studio, shown, "Back")
    assert "**James** ⭐" in text_of(shown.response)
    elsewhere = await studio.elsewhere.robin.slash(studio.elsewhere.channel, "voice favourites")
    assert names(elsewhere) == ["James"]
    assert "no favourites yet" in text_of((await studio.sam.slash(studio.channel, "voice favourites")).response)
    await open_voice(studio, shown, "james")
    await press(studio, shown, "Take star away")
    await press(studio, shown, "Back")
    await press(studio, shown, "Favourites")
    assert "no favourites yet" in text_of(shown.response)


async def test_too_many_stars_are_refused_and_the_voice_stays_open(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.jobs.favourites.MAX_FAVOURITES", 1)
    await studio.bot.services.favourites.star(studio.robin.id, "choir-0")
    shown = await gallery(studio)
    await open_voice(studio, shown, "james")
    refused = await press(studio, shown, "Star")
    assert refused.ephemeral
    assert "You have 1 favourites already" in refused.response.content
    assert "Star" in buttons(shown)


async def test_a_favourite_that_is_gone_is_replaced_by_the_nearest(studio: Studio) -> None:
    await use(studio, SMALL)
    for name in ("anna", "frida"):
        await studio.bot.services.favourites.star(studio.robin.id, name)
    await lose(studio, FRIDA)
    shown = await studio.robin.slash(studio.channel, "voice favourites")
    assert "~~Frida~~ · gone from the catalogue\nThe nearest there is: **Fritz**" in text_of(shown.response)
    await open_voice(studio, shown, "frida")
    await press(studio, shown, "Star that one instead")
    assert shown.response.embeds[0].title == "Fritz ⭐"
    assert set(await studio.bot.services.favourites.load(studio.robin.id)) == {"anna", "fritz"}


async def test_a_favourite_that_is_gone_can_be_taken_off(studio: Studio) -> None:
    await use(studio, SMALL)
    await studio.bot.services.favourites.star(studio.robin.id, "frida")
    await lose(studio, FRIDA)
    shown = await studio.robin.slash(studio.channel, "voice favourites")
    await open_voice(studio, shown, "frida")
    await press(studio, shown, "Take star away")
    assert "no favourites yet" in text_of(shown.response)


async def test_a_button_of_a_voice_that_left_meanwhile_says_so(studio: Studio) -> None:
    await use(studio, SMALL)
    shown = await gallery(studio)
    await use(studio, SMALL[1:])
    for result in (await press(studio, shown, "Frida"), await open_voice(studio, shown, "frida")):
        assert result.ephemeral
        assert "not in the catalogue any more" in result.response.content


async def test_similar_voices_are_of_the_same_kind_and_never_the_same(studio: Studio) -> None:
    await use(studio, SMALL)
    shown = await gallery(studio)
    await open_voice(studio, shown, "frida")
    await press(studio, shown, "Similar voices")
    assert shown.response.embeds[0].title == "🎧 Voices like Frida"
    assert names(shown)[0] == "Fritz"
    assert "Frida" not in names(shown)


async def test_a_member_chooses_a_voice_for_themselves_in_this_server(studio: Studio) -> None:
    shown = await gallery(studio)
    await open_voice(studio, shown, "james")
    assert "Use for this server" not in buttons(shown)
    await press(studio, shown, "Use for me")
    assert shown.response.embeds[0].footer.text == "This voice speaks for you here"
    _, mine = await settings(studio)
    assert mine.voice == "james"
    there = await studio.bot.services.preferences.member(studio.elsewhere.guild.id, studio.robin.id)
    assert there.voice is None


async def test_managers_choose_for_the_channel_and_the_server(studio: Studio) -> None:
    shown = await gallery(studio, studio.manager)
    await open_voice(studio, shown, "james", studio.manager)
    await press(studio, shown, "Use for this server", studio.manager)
    await press(studio, shown, "Back", studio.manager)
    await open_voice(studio, shown, "choir-1", studio.manager)
    await press(studio, shown, "Use in this channel", studio.manager)
    guild, mine = await settings(studio)
    assert (guild.voice, dict(guild.channel_voices), mine.voice) == ("james", {studio.channel.id: "choir-1"}, None)


@pytest.mark.parametrize("action", ["channel", "server"])
async def test_nobody_else_chooses_for_others_not_even_with_the_button(studio: Studio, action: str) -> None:
    message = await studio.post_button(studio.channel, gallery_id(action, GalleryPlace(), voice_key("james")))
    refused = await studio.moderator.click(message, label="Press")
    assert refused.ephemeral
    assert (
        refused.response.content == "Only members with the permission **Manage Server** can do that. Ask one of them."
    )
    reset = await studio.post_button(studio.channel, f"voices:reset:{action}")
    assert (await studio.moderator.click(reset, label="Press")).ephemeral
    guild, _ = await settings(studio)
    assert (guild.voice, dict(guild.channel_voices)) == (None, {})


async def test_only_so_many_channels_have_voices_of_their_own(studio: Studio) -> None:
    full = dict.fromkeys(range(MAX_CHANNEL_VOICES), "james")
    await studio.bot.services.preferences.change_guild(studio.guild.id, lambda now: replace(now, channel_voices=full))
    refused = await studio.manager.slash(studio.channel, "voice default", voice="james", **{"for": "this channel"})
    assert "100 channels" in refused.response.content


@pytest.mark.parametrize("whom", ["me", "this channel", "this server"])
async def test_a_default_is_set_by_command(studio: Studio, whom: str) -> None:
    done = await studio.manager.slash(studio.channel, "voice default", voice="James", **{"for": whom})
    assert done.ephemeral
    assert done.response.content.startswith("**James** speaks")
    services = studio.bot.services
    guild = await services.preferences.guild(studio.guild.id)
    mine = await services.preferences.member(studio.guild.id, studio.manager.id)
    found = {"me": mine.voice, "this channel": guild.channel_voices.get(studio.channel.id), "this server": guild.voice}
    assert found == {name: "james" if name == whom else None for name in found}


async def test_a_default_for_others_is_for_managers_and_an_unknown_voice_is_refused(studio: Studio) -> None:
    refused = await studio.robin.slash(studio.channel, "voice default", voice="james", **{"for": "this server"})
    assert "Manage Server" in refused.response.content
    refused = await studio.robin.slash(studio.channel, "voice default", voice="Jamse")
    assert refused.ephemeral
    assert "The nearest: **James**" in refused.response.content


async def test_mine_shows_who_speaks_and_takes_choices_back(studio: Studio) -> None:
    preferences = studio.bot.services.preferences
    await preferences.change_guild(studio.guild.id, lambda now: replace(now, voice="choir-2"))
    await preferences.change_member(studio.guild.id, studio.robin.id, voice="james")
    shown = await studio.robin.slash(studio.channel, "voice mine")
    assert shown.ephemeral
    assert "## James" in text_of(shown.response)
    assert buttons(shown) == ["Reset mine", "Favourites"]
    await press(studio, shown, "Reset mine")
    assert "## Choir 2" in text_of(shown.response)
    assert buttons(shown) == ["Favourites"]
    managers = await studio.manager.slash(studio.channel, "voice mine")
    await press(studio, managers, "Reset this server's", studio.manager)
    assert "## Harper" in text_of(managers.response)
    assert "the bot's own voice" in text_of(managers.response)


async def test_the_voice_of_mine_is_the_one_that_tts_uses(studio: Studio) -> None:
    preferences = studio.bot.services.preferences
    channel_voices = {studio.channel.id: "choir-7"}
    await preferences.change_guild(studio.guild.id, lambda now: replace(now, channel_voices=channel_voices))
    shown = await studio.robin.slash(studio.channel, "voice mine")
    assert "## Choir 7" in text_of(shown.response)
    await studio.tts(studio.robin)
    (job,) = await studio.jobs()
    assert isinstance(job.request, SpeechRequest)
    assert job.request.voice == "choir-7"


async def test_a_thread_has_its_channels_voice_until_it_has_its_own(studio: Studio) -> None:
    found = studio.bot.get_channel(studio.channel.id)
    assert isinstance(found, discord.TextChannel)
    await found.create_thread(name="chapter one", type=discord.ChannelType.public_thread)
    (thread,) = studio.channel.threads
    there = {"voice": "james", "for": "this channel"}
    await studio.manager.slash(studio.channel, "voice default", **there)
    shown = await studio.manager.slash(thread, "voice mine")
    assert "## James" in text_of(shown.response)
    await studio.manager.slash(thread, "voice default", **{**there, "voice": "choir-1"})
    shown = await studio.manager.slash(thread, "voice mine")
    assert "## Choir 1" in text_of(shown.response)
    await press(studio, shown, "Reset this channel's", studio.manager)
    assert "## James" in text_of(shown.response)
    await press(studio, shown, "Reset this channel's", studio.manager)
    assert "## Harper" in text_of(shown.response)


async def test_autocomplete_has_the_voice_used_last_and_favourites_on_top_in_all_commands(studio: Studio) -> None:
    await studio.bot.services.favourites.star(studio.robin.id, "choir-30")
    await studio.tts(studio.robin, voice="choir-39")
    found = await studio.robin.autocomplete(studio.channel, "voice default", "voice", "")
    assert [choice["value"] for choice in found][:3] == ["choir-39", "choir-30", "harper"]
    assert len(found) == 25
    assert found == await studio.robin.autocomplete(studio.channel, "tts", "voice", "")
    found = await studio.robin.autocomplete(studio.channel, "voice default", "voice", "jam")
    assert found[0]["value"] == "james"


async def test_in_direct_messages_the_gallery_is_the_members_own(studio: Studio) -> None:
    robin = studio.user_of(studio.robin)
    shown = await robin.slash("voice search")
    view = discord.ui.View.from_message(shown.response.message)
    menu = next(i for i in view.children if isinstance(i, discord.ui.Select))
    await robin.select(shown.response, [voice_key("james")], custom_id=menu.custom_id)
    assert "Use in this channel" not in buttons(shown)
    await robin.click(shown.response, label="Use for me")
    mine = await studio.bot.services.preferences.member(studio.robin.id, studio.robin.id)
    assert mine.voice == "james"
    heard = await robin.click(shown.response, label="Play")
    assert len(heard.response.attachments) == 1
    refused = await robin.slash("voice default", voice="james", **{"for": "this server"})
    assert "Manage Server" in refused.response.content


async def test_a_member_who_brought_the_bot_along_chooses_for_themselves_only(studio: Studio) -> None:
    studio.installed_by_user = True
    shown = await gallery(studio, studio.manager)
    await open_voice(studio, shown, "james", studio.manager)
    assert "Use for this server" not in buttons(shown)
    await press(studio, shown, "Use for me", studio.manager)
    preferences = studio.bot.services.preferences
    assert (await preferences.member(studio.manager.id, studio.manager.id)).voice == "james"
    assert (await preferences.guild(studio.guild.id)).voice is None


async def test_slow_storage_is_waited_for_in_private(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.slow_down(monkeypatch)
    shown = await gallery(studio)
    assert studio.callbacks() == [5]
    assert shown.ephemeral
    assert names(shown)[0] == "Harper"
    await press(studio, shown, "Next")
    assert studio.callbacks() == [5, 6]
    assert names(shown)[0] == "Choir 3"


async def test_buttons_and_menus_outlive_a_restart(studio: Studio) -> None:
    shown = await gallery(studio)
    await studio.restart()
    await press(studio, shown, "Next")
    assert names(shown)[0] == "Choir 3"
    await open_voice(studio, shown, "choir-3")
    assert shown.response.embeds[0].title == "Choir 3"


@pytest.mark.parametrize("kind", [GalleryButton, ResetButton])
async def test_a_custom_id_on_the_wrong_part_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError):
        await kind.from_custom_id(None, discord.ui.Select[Any](), None)
    with pytest.raises(TypeError):
        await GalleryMenu.from_custom_id(None, discord.ui.Button[Any](), None)  # pyright: ignore[reportArgumentType]
