"""The FineVoice API, asked asynchronously. Knows nothing of Discord, storage or jobs."""
