"""The one guarded way to fetch a file from an address that came from outside (bot/fetch/fetcher.py)."""

from bot.fetch.fetcher import Fetcher, FetchFailed, FetchRefused
from bot.fetch.file_kinds import Promised

__all__ = ["FetchFailed", "FetchRefused", "Fetcher", "Promised"]
