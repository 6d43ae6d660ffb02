"""Soundbooth: the AI audio studio for Discord servers."""

__version__ = "0.1.0"
