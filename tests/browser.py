"""A real headless Chromium for the tests of the page."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

# The first one is made for this: it draws into nothing, and starts in half the time.
BROWSER_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)


@asynccontextmanager
async def started_browser() -> AsyncGenerator[Browser]:
    """Start the browser that is installed. Skips the test where there is none, but in CI that is a failure."""
    path = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    if path is None:
        reason = f"no browser found (looked for {', '.join(BROWSER_NAMES)})"
        if os.environ.get("TESTS_NEED_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGUMENTS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """One for all tests of a folder whose conftest.py takes it; each test opens a context of its own."""
    async with started_browser() as started:
        yield started
