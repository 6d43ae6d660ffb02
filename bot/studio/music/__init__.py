"""Background music from words: composed by rule and synthesised, instrumental, made to be looped.

    brief.py        a prompt into style, mood, tempo, key and instruments, or a refusal;  words.py  what it knows
    styles.py       what makes a style: tempo, chords, instruments, patterns;  patterns.py  rhythms of drums and bass
    composing.py    a brief into a piece: notes in time;  harmony.py  scales and chords;  melody.py  tunes
    performing.py   a piece into sound, round the loop;  instruments.py, drums.py  how notes and beats sound

brief.py and what it imports need no numpy: the server refuses with it what cannot be done. The rest runs in a worker.
"""
