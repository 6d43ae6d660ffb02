"""Sound in files: what it is, other forms of it, and how it looks. Synchronous: call it in a thread.

Every file is taken as hostile. Its format is read from its content, decoding keeps a few seconds in memory however
long the file is, and whatever is not sound raises ``bot.errors.AudioUnreadable``.
"""
