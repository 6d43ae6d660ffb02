"""Speech to text on this machine: faster-whisper, always behind a voice activity detector.

models         which model files there are, verified by their content, and the halves of one joined
blocks         a long recording cut at quiet places, so that memory does not grow with its length
recognition    blocks into segments with word times
features       what a voice sounds like, in numbers
clustering     which of them belong together
speakers       who says what: experimental
transcription  a file into a transcript, with everything refused that cannot be done
"""
