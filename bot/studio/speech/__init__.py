"""Text to speech: one neural voice, and how it is reshaped.

    plan.py       a request into parts to speak, or a refusal;  speakable.py  what can be read aloud at all
    parts.py      words in a shape, and pauses;                 colouring.py  how an emotion tag sounds
    engine.py     parts into sound;                             shaping.py    one voice into another with WORLD

Only engine.py and shaping.py need the engine packages; they are imported in worker processes only.
"""
