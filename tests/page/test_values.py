"""The page's modules that need no page: what is sent for a command, what is refused, how text is cut up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.sandbox.server import SandboxServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_PROBLEM = "(field) => import('/page/command_values.js').then((one) => one.fieldProblem(field))"
_BUILD = """({ command, fields }) => import('/page/command_values.js').then((one) => {
  const leaf = one.commandLeaves([command])[0];
  return one.buildOptions(leaf, fields);
})"""
_RENDER = """(text) => import('/page/markdown.js').then((one) => {
  const names = { user: (id) => `user ${id}`, channel: (id) => `channel ${id}`, role: (id) => `role ${id}`, startCommand: () => {} };
  const box = document.createElement('div');
  const started = performance.now();
  box.append(one.renderMarkdown(text, names));
  return { html: box.innerHTML, tookMs: performance.now() - started };
})"""  # noqa: E501 - one line of JavaScript


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page of the sandbox's origin for all: nothing of what it shows is used."""
    async with SandboxServer(token="nobody-comes") as server:
        page = await browser.new_page()
        await page.goto(server.url)
        yield page
        await page.close()


async def test_what_is_wrong_with_a_value_is_said(page: Page) -> None:
    cases: list[tuple[dict[str, object], str, str]] = [
        ({"type": 4}, "1.5", "must be a whole number"),
        ({"type": 4, "min_value": 2}, "1", "must be at least 2"),
        ({"type": 10, "max_value": 1.5}, "1.6", "must be at most 1.5"),
        ({"type": 10}, "much", "must be a number"),
        ({"type": 10}, "-0.25", ""),
        ({"type": 5}, "maybe", "must be true or false"),
        ({"type": 5}, "Yes", ""),
        ({"type": 3, "choices": [{"name": "A", "value": "a"}]}, "b", "must be one of the list"),
        ({"type": 6}, "Robin", "must be one of the list"),
        ({"type": 3, "required": True}, "  ", "is required"),
        ({"type": 3}, "", ""),
        ({"type": 11, "required": True}, "", "needs a file"),
    ]
    for option, text, expected in cases:
        field = {"option": {"name": "x", **option}, "text": text, "value": None, "file": None}
        assert await page.evaluate(_PROBLEM, field) == expected, (option, text)


async def test_options_are_nested_typed_and_files_are_numbered(page: Page) -> None:
    options = [
        {"name": "count", "type": 4},
        {"name": "on", "type": 5},
        {"name": "file", "type": 11},
        {"name": "left", "type": 3},
    ]
    command = {
        "name": "studio",
        "options": [{"name": "mix", "type": 2, "options": [{"name": "make", "type": 1, "options": options}]}],
    }
    filled = [("7", None), ("no", None), ("", "a file"), ("", None)]
    fields = [
        {"option": option, "text": text, "value": None, "file": file}
        for option, (text, file) in zip(options, filled, strict=True)
    ]
    built = await page.evaluate(_BUILD, {"command": command, "fields": fields})
    assert built["files"] == ["a file"]
    assert built["options"] == [
        {
            "name": "mix",
            "type": 2,
            "options": [
                {
                    "name": "make",
                    "type": 1,
                    "options": [
                        {"name": "count", "type": 4, "value": 7},
                        {"name": "on", "type": 5, "value": False},
                        {"name": "file", "type": 11, "value": 0},
                    ],
                }
            ],
        }
    ]


_MARKDOWN = (
    ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ("***x***", "<strong>"),
    ("snake_case_name", "snake_case_name"),
    (r"\*not\*", "*not*"),
    ("`**raw**`", "<code>**raw**</code>"),
    ("```py\nx = 1\n```", "<code>x = 1</code></pre>"),
    ("<@5> <#6> <@&7>", "@user 5"),
    ("<:wave:123>", ":wave:"),
    ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ("# Big", "<h3"),
    ("- one\n- two", "<li>one</li><li>two</li>"),
    ("<t:99999999999999:R>", "&lt;t:99999999999999:R&gt;"),
    ("[a](https://example.org/)", 'rel="noopener noreferrer nofollow"'),
)


async def test_markdown_is_read_as_discord_reads_it(page: Page) -> None:
    for text, part in _MARKDOWN:
        assert part in (await page.evaluate(_RENDER, text))["html"], text


async def test_markdown_made_to_be_slow_is_not(page: Page) -> None:
    for piece in ("*", "**a", "||", "`", "~~__", "[a](", "<t:1:", "> ", "\\", "_a*b"):
        rendered = await page.evaluate(_RENDER, (piece * 4000)[:4000])
        # Milliseconds where it is as it should be; minutes where a pattern backtracks.
        assert rendered["tookMs"] < 10_000, piece
