"""The embedded studio: a server of its own that speaks FineVoice's HTTP API with local engines.

    server.py          StudioServer: starts and stops everything; the only file others import
    routes.py          the endpoints;  answers.py  their JSON bodies and errors
    voices.py          the catalogue (voices.json) and its filters
    plan.py            a request into parts to speak, or a refusal;  speakable.py  what can be read aloud at all
    tasks.py           requests and results on disk;  line.py  one after another through the engines
    engine_process.py  the parent's side of an engine process;  engine_messages.py  what the two say to each other
    worker.py          the engine process;  engine.py  speech;  shaping.py  WORLD;  models.py  pins of model files

Only worker.py, engine.py and shaping.py touch the heavy engine packages, and only in the engine process.
"""
