"""The embedded studio: a server of its own that speaks FineVoice's HTTP API with local engines.

The server:
    server.py          StudioServer: starts and stops everything;      options.py   what an operator chooses
    routes.py          the endpoints;  answers.py  their answers;      operations.py  the table of all calls
    bodies/            what requests may hold;                         documents.py, page/  the document, the page
    capabilities.py    what is possible here;                          voices.py    the catalogue (voices.json)
    tasks.py           requests and results on disk;                   key_file.py  who may call
    sources.py         recordings from addresses;                      preparing.py fetching them, and the work folders
    line.py            one after another through the workers;          memory.py    how large those are
    engine_process.py  the server's side of a worker process;          engine_messages.py  what they say
    worker.py          the worker process;                             measuring.py how long a recording really is

The engines:
    engines/           what an engine is (base.py), which class does what (registry.py), one thin class per capability
    speech/ voicing/ podcast/ effects/ music/ hearing/ cleaning/ separation/   what those classes call
    models.py          pins of model files;                            refusal.py   why something is not done

Heavy engine packages are imported in worker processes only.
"""
