"""Voices made of voices: conversion of recordings, design from words, and where designed voices are kept.

targets.py        a name from outside into the shape to convert to, or a refusal
conversion.py     a recording into another voice, block by block (engine process only)
pieces.py         a stream cut at its quiet places;  levels.py  loudness kept and peaks rounded off
words.py          the words a voice can be described with
design.py         a description into a voice, or a refusal;  persons.py  who and what is not imitated
saved_voices.py   designed voices on disk

Only conversion.py needs the engine packages; it is imported in worker processes only.
"""
