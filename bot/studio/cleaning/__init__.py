"""Repairs of recordings, step by step; every step reads one file of samples and writes the next.

track        sound on disk as plain samples, so that memory does not grow with its length
forms        a track as the file that was asked for
levels       how loud each hundredth of a second is
cuts         stretches taken out, with the ends faded into each other
silences     where it is quiet for too long
wiener       noise reduction in numpy
deep_filter  noise reduction by DeepFilterNet 3, where it is installed
noise        which of the two, how strongly, and where
mouth        clicks and breaths between words
words        fillers and stutters by the times of words
loudness     peak and BS.1770 loudness
repairs      the steps in the documented order
"""
