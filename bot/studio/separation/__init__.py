"""Voice and accompaniment of a stereo recording taken apart without a model: roughly.

spectra     stereo sound as overlapping spectra, and back
repetition  what comes again with the beat is accompaniment (REPET)
centre      what is the same in both channels is the voice
stems       both together, block by block, into two files
"""
