"""Podcasts: a script, or a plain arrangement of a text, spoken by several voices.

    script.py        who says what, read from labelled lines or JSON
    arrangement.py   a text without speakers into a plain conversation that says what the text says
    cast.py          a voice for each speaker;  speakers.py  the API's speakers
    plan.py          a request into turns to speak, or a refusal
    recording.py     turns into a file, by the sentence (engine process only)

All but recording.py are pure.
"""
