"""The world as it is when the sandbox opens: four people, the bot, its two servers, and places it is not in.

Ids are fixed, so that what the bot has stored about a server still fits after the sandbox was started again.
The bot's two servers fall on different shards of two. In the harbour, in the group and in the talk of Robin
and Ada the bot is no member: there it can be used only by who has added it to their own account, Robin.
"""

from collections.abc import Callable

from bot.sandbox import permissions
from bot.sandbox.models import Channel, Guild, Message, Role, User
from bot.sandbox.snowflakes import snowflake_at
from bot.sandbox.world import World

_FIRST_ID = 1_200_000_000_000_000_000
_MINUTE_S, _DAY_S = 60.0, 86_400.0

BOT = str(_FIRST_ID + 1)
ROBIN, SAM, ADA, NOOR = (str(_FIRST_ID + number) for number in range(11, 15))
_NEXT_SHARD = 1 << 22
TAVERN, STUDY_HALL, HARBOUR = (str(_FIRST_ID + number) for number in (101, _NEXT_SHARD + 102, 103))
TAVERN_SHARD, STUDY_HALL_SHARD, HARBOUR_SHARD = 1, 0, 1
"""Where these servers belong when there are two shards: ``(guild_id >> 22) % 2``."""
GENERAL, VOICE_CLIPS, GAME_NIGHT = (str(_FIRST_ID + number) for number in range(201, 204))
LOUNGE, NOTES = (str(_FIRST_ID + number) for number in range(211, 213))
PIER = str(_FIRST_ID + 221)
GROUP, ROBIN_AND_ADA = (str(_FIRST_ID + number) for number in (301, 302))

_CHANNELS = {
    TAVERN: (
        (GENERAL, "general", "Pull up a chair"),
        (VOICE_CLIPS, "voice-clips", "Clips, jingles and silly voices"),
        (GAME_NIGHT, "game-night", "Fridays at eight"),
    ),
    STUDY_HALL: (
        (LOUNGE, "lounge", "Breaks are part of studying"),
        (NOTES, "notes", "Lecture notes, read aloud or written down"),
    ),
    HARBOUR: ((PIER, "pier", "Soundbooth is no member here"),),
}
_MEMBERS = {TAVERN: (ROBIN, SAM, ADA, NOOR), STUDY_HALL: (NOOR, ROBIN, SAM), HARBOUR: (ADA, ROBIN, SAM)}
_OWNERS = {TAVERN: ROBIN, STUDY_HALL: NOOR, HARBOUR: ADA}
_NAMES = {
    TAVERN: ("Moonlight Tavern", "#5b6ee1"),
    STUDY_HALL: ("Study Hall", "#2f9e6e"),
    HARBOUR: ("Harbour", "#3a87c8"),
}
_WITHOUT_BOT = (HARBOUR,)
_AUTOMOD_KEYWORDS = {TAVERN: ("scurvy*", "bilge rat")}
_TALKS = ((GROUP, "Map makers", (ROBIN, SAM, NOOR)), (ROBIN_AND_ADA, "", (ROBIN, ADA)))

_SMALL_TALK = (
    (GENERAL, ROBIN, "Welcome in! Game night is on Friday, same table as always."),
    (GENERAL, NOOR, "I will bring the map this time. Promise."),
    (VOICE_CLIPS, SAM, "Can somebody do the innkeeper's greeting for the intro?"),
    (VOICE_CLIPS, ADA, "Keep them under a minute, please, so that everyone's clip gets played."),
    (GAME_NIGHT, ROBIN, "Last time we stopped in front of the dragon's door. Who remembers why?"),
    (GAME_NIGHT, SAM, "Because Noor wanted to knock first."),
    (LOUNGE, NOOR, "Tea is ready. Ten minutes, then chapter four."),
    (NOTES, ROBIN, "Could someone write down what the guest speaker said about tides?"),
)


def build_world(clock: Callable[[], float]) -> World:
    """Build the world that every sandbox starts with; ``clock`` gives seconds since 1970."""
    world = World(clock=clock, bot=User(BOT, "soundbooth", "Soundbooth", "#8a63d2", is_bot=True))
    for user in (
        User(ROBIN, "robin", "Robin", "#d9534f", has_app=True),
        User(SAM, "sam", "Sam", "#e0a030"),
        User(ADA, "ada", "Ada", "#3a87c8"),
        User(NOOR, "noor", "Noor", "#2f9e6e"),
    ):
        world.users[user.id] = user
    for guild_id in _NAMES:
        _add_guild(world, guild_id)
    for channel_id, name, member_ids in _TALKS:
        world.channels[channel_id] = Channel(channel_id, name, member_ids=member_ids)
    _add_small_talk(world)
    return world


def _add_guild(world: World, guild_id: str) -> None:
    name, color = _NAMES[guild_id]
    guild = Guild(guild_id, name, color, _OWNERS[guild_id], joined_at=world.clock() - _DAY_S)
    guild.automod_keywords = _AUTOMOD_KEYWORDS.get(guild_id, ())
    members, moderator, manager = (str(int(guild_id) + 1000 * number) for number in range(1, 4))
    # People get their rights through a role rather than through @everyone, so that a right taken from the
    # bot's own role is really gone: permissions of roles add up.
    for role in (
        Role(guild_id, "@everyone", 0, 0),
        Role(members, "Members", permissions.MEMBER_PERMISSIONS, 1),
        Role(moderator, "Moderator", permissions.MODERATOR_PERMISSIONS, 2),
        Role(manager, "Manager", permissions.MANAGER_PERMISSIONS, 3),
    ):
        guild.roles[role.id] = role
    for user_id in _MEMBERS[guild_id]:
        guild.member_roles[user_id] = [members]
    guild.member_roles[guild.owner_id].append(manager)
    if ADA in guild.member_roles:
        guild.member_roles[ADA].append(moderator)
    if guild_id not in _WITHOUT_BOT:
        world.add_bot(guild)
        guild.joined_at = world.clock() - _DAY_S
    for position, (channel_id, channel_name, topic) in enumerate(_CHANNELS[guild_id]):
        guild.channel_ids.append(channel_id)
        world.channels[channel_id] = Channel(channel_id, channel_name, topic, position, guild_id)
    world.guilds[guild_id] = guild


def _add_small_talk(world: World) -> None:
    start = world.clock() - _MINUTE_S * len(_SMALL_TALK)
    for number, (channel_id, author_id, content) in enumerate(_SMALL_TALK):
        said_at = start + number * _MINUTE_S
        world.keep_message(
            Message(str(snowflake_at(said_at)), channel_id, author_id, created_at=said_at, content=content)
        )
