"""Voices: the catalogue, one's own, and making one."""

from bot.finevoice.addresses import path_segment
from bot.finevoice.answers import (
    NewVoiceAnswer,
    VoiceAnswer,
    VoicePage,
    read_new_voice,
    read_voice,
    read_voice_page,
)
from bot.finevoice.requests import VoiceDesign, VoiceQuery, VoiceTraining
from bot.finevoice.transport import Transport


class Voices:
    """The voice catalogue, and how to add to it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list(self, query: VoiceQuery) -> VoicePage:
        """One page of voices."""
        wire = query.model_dump(by_alias=True, exclude_none=True, mode="json")
        text = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in wire.items()}
        return read_voice_page(await self._transport.get("v1/voice/pagevoices", text))

    async def get(self, name: str, *, design_uuid: str | None = None) -> VoiceAnswer:
        """One voice by its name; ``design_uuid`` picks a version of a designed voice.

        Raises ApiNotFound where there is none.
        """
        query = {"desigUuid": design_uuid} if design_uuid else None
        return read_voice(await self._transport.get(f"v1/voice/{path_segment(name)}", query))

    async def design(self, request: VoiceDesign) -> NewVoiceAnswer:
        """Ask for a voice as described. Spends credits. The answer is not documented beyond being an object."""
        return read_new_voice(await self._transport.post("v1/voice/design", request))

    async def train(self, request: VoiceTraining) -> NewVoiceAnswer:
        """Ask for a voice like that of a recording. Takes one of the plan's 500 or 1,000 custom voices.

        The answer is not documented beyond being an object: see ``NewVoiceAnswer`` for what to make of it.
        """
        return read_new_voice(await self._transport.post("v1/voice/train", request))
