"""Work that was submitted."""

from bot.finevoice.addresses import path_segment
from bot.finevoice.answers import TaskAnswer, read_task
from bot.finevoice.transport import Transport


class Tasks:
    """Work that was submitted."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, task_id: str) -> TaskAnswer:
        """What the task is doing now. Raises ApiNotFound where the service does not know it (any more)."""
        return read_task(await self._transport.get(f"v1/task/{path_segment(task_id)}"))
