"""Sound effects from words: no model, no recordings, only synthesis.

    prompt.py       a prompt into the sounds it asks for, or a refusal;  words.py, vocabulary.py,
                    modifiers.py  what it knows;  impossible.py  what it refuses;  nearest.py  what might be meant
    scene.py        plan_scene: which generator, how, from when to when;  traits.py  what adjectives change
    mixing.py       render: a scene into stereo sound;  space.py  near and far;  levels.py  loudness and peaks
    catalogue.py    all generators by name;  generators.py  what a generator is;  waves.py  tones, noises, envelopes
    weather, water, blasts, impacts, bells, creatures, machines, signals, things, games, cinema
                    the generators, by family

prompt.py and what it imports need no numpy: the server refuses with it what cannot be done. The rest runs in a worker.
"""
