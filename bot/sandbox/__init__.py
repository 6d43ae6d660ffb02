"""Discord in a box: gateway, REST, CDN and a page, on the loopback interface.

An unmodified discord.py bot connects to it over the wire and cannot tell the difference. The package imports
nothing else of Soundbooth and never imports discord, so that it stays a second, independent reading of
Discord's documentation. Start with ``server.py``.
"""
