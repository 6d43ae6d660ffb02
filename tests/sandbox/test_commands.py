import pytest

from bot.sandbox import starting_world as places
from tests.sandbox.clients import Api, Clock, Events, Json, Page

COMMANDS = f"/applications/{places.BOT}/commands"
IN_GUILD = f"/applications/{places.BOT}/guilds/{places.TAVERN}/commands"


def command(**changes: Json) -> Json:
    return {"type": 1, "name": "speak", "description": "Say it", "options": [], **changes}


def option(**changes: Json) -> Json:
    return {"type": 3, "name": "text", "description": "What to say", **changes}


async def test_synced_commands_keep_their_ids_and_reach_the_page(api: Api, page: Page, events: Events) -> None:
    first = await api.call("PUT", COMMANDS, [command(), {"type": 3, "name": "Read aloud"}])
    assert first.status == 200
    await events.next("world")
    second = await api.call("PUT", COMMANDS, [command(description="Say it louder")])
    assert second.json[0]["id"] == first.json[0]["id"]
    assert second.json[0]["version"] != first.json[0]["version"]
    shown = (await page.world())["commands"]
    assert [(one["name"], one["description"], one["guild_id"]) for one in shown] == [("speak", "Say it louder", None)]


async def test_guild_commands_stand_beside_global_ones(api: Api) -> None:
    await api.call("PUT", COMMANDS, [command()])
    made = await api.call("POST", IN_GUILD, command(name="night"))
    assert (made.status, made.json["guild_id"]) == (201, places.TAVERN)
    assert (await api.call("POST", IN_GUILD, command(name="night", description="again"))).status == 200
    assert [one["name"] for one in (await api.call("GET", IN_GUILD)).json] == ["night"]
    assert [one["name"] for one in (await api.call("GET", COMMANDS)).json] == ["speak"]
    path = f"{IN_GUILD}/{made.json['id']}"
    assert (await api.call("PATCH", path, {"description": "changed"})).json["description"] == "changed"
    assert (await api.call("DELETE", path)).status == 204
    assert (await api.call("GET", path)).code == 10063


async def test_another_application_and_another_guild_are_refused(api: Api) -> None:
    assert (await api.call("PUT", "/applications/1/commands", [])).code == 20012
    assert (await api.call("PUT", f"/applications/{places.BOT}/guilds/1/commands", [])).code == 50001


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (command(name="Speak"), ["name"]),
        (command(name="two words"), ["name"]),
        (command(name="x" * 33), ["name"]),
        (command(name="!"), ["name"]),
        (command(description=""), ["description"]),
        (command(description="d" * 101), ["description"]),
        (command(options=[option(name=str(number)) for number in range(26)]), ["options"]),
        (command(options=[option(), option()]), ["options"]),
        (command(options=[option(), option(name="late", required=True)]), ["options"]),
        (command(options=[option(), {"type": 1, "name": "sub", "description": "d"}]), ["options"]),
        (command(options=[option(name="Bad")]), ["options", "0", "name"]),
        (command(options=[option(type=12)]), ["options", "0", "type"]),
        (command(options=[option(max_length=6001)]), ["options", "0", "max_length"]),
        (command(options=[option(choices=[{"name": "n", "value": "v"}] * 26)]), ["options", "0", "choices"]),
        (command(options=[option(choices=[{"name": "n" * 101, "value": "v"}])]),
         ["options", "0", "choices", "0", "name"]),
        (command(options=[option(choices=[{"name": "n", "value": 3}])]), ["options", "0", "choices", "0", "value"]),
        (command(options=[option(choices=[{"name": "n", "value": "v"}], autocomplete=True)]),
         ["options", "0", "autocomplete"]),
        (command(options=[option(type=5, choices=[{"name": "n", "value": "v"}])]), ["options", "0", "choices"]),
        (command(options=[option(type=11, file_types=["exe"])]), ["options", "0", "file_types"]),
        (command(name_localizations={"xx": "nope"}), ["name_localizations"]),
        (command(name_localizations={"de": "Nein"}), ["name_localizations", "de"]),
        (command(contexts=[3]), ["contexts"]),
        ({"type": 3, "name": "Menu", "description": "menus have none"}, ["description"]),
        (command(options=[option(name=f"o{number}", description="d" * 100,
                                 choices=[{"name": "n" * 100, "value": f"{choice:0100}"} for choice in range(25)])
                          for number in range(2)]), ["name"]),
    ],
)  # fmt: skip
async def test_a_wrong_command_names_the_field(api: Api, body: Json, path: list[str]) -> None:
    answer = await api.call("PUT", COMMANDS, [command(name="fine"), body])
    assert (answer.status, answer.code) == (400, 50035), answer.json
    node = answer.json["errors"]["1"]
    for step in path:
        assert step in node, answer.json
        node = node[step]
    assert node["_errors"]
    assert (await api.call("GET", COMMANDS)).json == [], "a refused sync changes nothing"


@pytest.mark.parametrize("name", ["speak", "größe", "話す", "बोलना", "พูด", "a-b_c'd", "123"])
async def test_names_of_any_script_are_fine(api: Api, name: str) -> None:
    assert (await api.call("PUT", COMMANDS, [command(name=name)])).status == 200


async def test_duplicate_names_are_refused_but_not_across_kinds(api: Api) -> None:
    assert (await api.call("PUT", COMMANDS, [command(), command()])).code == 50035
    kinds = [command(), {"type": 2, "name": "speak"}, {"type": 3, "name": "speak"}]
    assert (await api.call("PUT", COMMANDS, kinds)).status == 200


async def test_only_a_hundred_slash_and_fifteen_menu_commands(api: Api) -> None:
    assert (await api.call("PUT", COMMANDS, [command(name=f"c{number}") for number in range(101)])).code == 30032
    menus = [{"type": 3, "name": f"Menu {number}"} for number in range(16)]
    assert (await api.call("PUT", COMMANDS, menus)).code == 30032


async def test_two_hundred_creates_a_day(api: Api, clock: Clock) -> None:
    async def sync(prefix: str) -> int:
        return (await api.call("PUT", COMMANDS, [command(name=f"{prefix}{number}") for number in range(100)])).status

    assert await sync("a") == 200
    assert await sync("a") == 200, "names that existed are not counted"
    assert await sync("b") == 200
    refused = await api.call("PUT", COMMANDS, [command(name="one-more")])
    assert refused.code == 30034
    clock.advance(86_401)
    assert await sync("c") == 200


async def test_a_list_has_translations_only_when_they_are_asked_for(api: Api) -> None:
    choice = {"name": "n", "name_localizations": {"de": "N"}, "value": "v"}
    translated = command(
        description_localizations={"de": "sagen"}, options=[option(name_localizations={"de": "wort"}, choices=[choice])]
    )
    await api.call("PUT", COMMANDS, [translated])
    assert "localizations" not in str((await api.call("GET", COMMANDS)).json)
    (whole,) = (await api.call("GET", f"{COMMANDS}?with_localizations=true")).json
    assert whole["description_localizations"] == {"de": "sagen"}
    assert whole["options"][0]["name_localizations"] == {"de": "wort"}
    assert whole["options"][0]["choices"][0]["name_localizations"] == {"de": "N"}
