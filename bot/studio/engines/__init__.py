"""The engines: one thin class per capability, each an adapter of a package of the studio.

base.py says what an engine is; registry.py knows the default class of each capability and loads chosen ones.
"""
