"""The answers of the API, in every shape that was documented or met.

One page of the documentation calls a thing ``taskId``, another ``task_id``; a state is an integer here and a word
there; a result lies at the top, in ``data`` or in ``result``. Everything is read into a few models, and what cannot be
read becomes ``ApiUnexpected`` with the shape of the body (keys and types, never values).

    body.py            a body in layers, its keys in one spelling, its texts bounded
    task_answers.py    tasks: submitted, running, done, failed
    voice_answers.py   voices: one, a page, a new one
    filler_answers.py  the times of filler words
"""

from bot.finevoice.body import MAX_RESULTS, MAX_TEXT, MAX_URL, describe_shape
from bot.finevoice.filler_answers import FillerWord, FillerWordsAnswer, read_filler_words
from bot.finevoice.task_answers import TaskAnswer, TaskState, read_error, read_submission, read_task
from bot.finevoice.voice_answers import (
    MAX_VOICES_IN_ANSWER,
    NewVoiceAnswer,
    VoiceAnswer,
    VoicePage,
    read_new_voice,
    read_voice,
    read_voice_page,
)

__all__ = [
    "MAX_RESULTS",
    "MAX_TEXT",
    "MAX_URL",
    "MAX_VOICES_IN_ANSWER",
    "FillerWord",
    "FillerWordsAnswer",
    "NewVoiceAnswer",
    "TaskAnswer",
    "TaskState",
    "VoiceAnswer",
    "VoicePage",
    "describe_shape",
    "read_error",
    "read_filler_words",
    "read_new_voice",
    "read_submission",
    "read_task",
    "read_voice",
    "read_voice_page",
]
