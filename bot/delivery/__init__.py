"""Finished work into Discord: card, file, voice message."""
