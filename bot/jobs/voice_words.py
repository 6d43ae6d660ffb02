"""The words by which a voice is found: folded, so that capitals, accents and scripts make no difference (pure)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.languages import names_of, read_locale, region_names_of
from bot.models import Voice

MAX_WORD_LENGTH = 40
MAX_WORDS_PER_FIELD = 40
# How much a hit in a field says. What people read and remember is the label; the API's own name often repeats it.
LABEL, OWN_NAME, FACT, TAG, SYNONYM = 1.25, 0.8, 1.0, 0.9, 0.85

# Also what these facts are called in the languages that members are answered in: they type what they read.
_SYNONYMS = {
    "male": "man men guy boy männlich Mann masculine masculin homme masculina masculino hombre homem 男性",
    "female": "woman women lady girl weiblich Frau féminine féminin femme femenina femenino mujer feminina mulher 女性",
    "neutral": "neutre neutra neutro 中性",
    "child": "kid little Kind enfant infantil niño niña criança 子ども 子供",
    "young": "youth teen teenager jung jeune joven jovem 若者 若い",
    "adult": "erwachsen adulte adulta adulto 大人",
    "senior": "old elderly aged älter alt âgée mayor idosa idoso シニア 高齢",
    "old": "senior elderly alt älter âgée âgé anciana anciano velha velho 高齢 シニア",
    "announcer": "Ansage annonce locución locução アナウンス",
    "calm": "ruhig calme tranquilo tranquila calmo calma 穏やか",
    "character": "Figur personnage personaje personagem キャラクター",
    "characters": "Figuren personnages personajes personagens キャラクター キャラクターとアニメーション",
    "conversational": "Gespräch conversation conversación conversa 会話",
    "narration": "Erzählung narración narração ナレーション",
    "robot": "Roboter robô ロボット",
    "whisper": "Flüstern chuchotement susurro sussurro ささやき",
    "social": "soziale réseaux sociaux redes sociales sociais ソーシャルメディア",
    "advertisement": "Werbung publicité publicidad publicidade 広告",
    "entertainment": "Unterhaltung divertissement entretenimiento entretenimento エンタメとテレビ",
    "informative": "Information información informação 情報と教育",
    "narrative": "Erzählungen récits relatos narrativas 物語",
    "interactive": "interaktive interactifs interactivos interativa インタラクティブメディア",
    "healthcare": "Gesundheit santé salud saúde 医療",
    "companions": "Begleiter compagnons compañía companhia コンパニオン",
    "education": "Bildung éducation educación educação 教育と研修",
    "enterprise": "Unternehmen entreprise empresa empresas 企業",
}

# The letters of three scripts by the last part of their Unicode names, as they are romanised: Cyrillic as in passports
# (ICAO Doc 9303), Greek after ISO 843 in its common simplification, kana after Hepburn where the Unicode name differs.
_CYRILLIC = {
    "A": "a", "BE": "b", "VE": "v", "GHE": "g", "GHE WITH UPTURN": "g", "DE": "d", "DJE": "dj", "IE": "e", "IO": "yo",
    "UKRAINIAN IE": "ye", "ZHE": "zh", "ZE": "z", "I": "i", "BYELORUSSIAN-UKRAINIAN I": "i", "YI": "yi",
    "SHORT I": "y", "JE": "j", "KA": "k", "EL": "l", "LJE": "lj", "EM": "m", "EN": "n", "NJE": "nj", "O": "o",
    "PE": "p", "ER": "r", "ES": "s", "TE": "t", "TSHE": "c", "U": "u", "SHORT U": "u", "EF": "f", "HA": "kh",
    "TSE": "ts", "CHE": "ch", "DZHE": "dz", "SHA": "sh", "SHCHA": "shch", "HARD SIGN": "", "YERU": "y",
    "SOFT SIGN": "", "E": "e", "YU": "yu", "YA": "ya",
}  # fmt: skip
_GREEK = {
    "ALPHA": "a", "BETA": "v", "GAMMA": "g", "DELTA": "d", "EPSILON": "e", "ZETA": "z", "ETA": "i", "THETA": "th",
    "IOTA": "i", "KAPPA": "k", "LAMDA": "l", "MU": "m", "NU": "n", "XI": "x", "OMICRON": "o", "PI": "p", "RHO": "r",
    "SIGMA": "s", "FINAL SIGMA": "s", "TAU": "t", "UPSILON": "y", "PHI": "f", "CHI": "ch", "PSI": "ps", "OMEGA": "o",
}  # fmt: skip
_ALPHABETS = {"CYRILLIC SMALL": _CYRILLIC, "GREEK SMALL": _GREEK}
_KANA = {"SI": "shi", "TI": "chi", "TU": "tsu", "HU": "fu", "ZI": "ji", "DI": "ji", "DU": "zu", "WO": "o"}
_LATIN = {"AE": "ae", "OE": "oe", "DOTLESS I": "i", "THORN": "th", "ETH": "d", "ENG": "ng", "KRA": "k"}
# Revised Romanization of Korean, by the position of the jamo in a Hangul syllable (Unicode Standard, section 3.12).
_HANGUL_FIRST = 0xAC00
_HANGUL_LEADS = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_HANGUL_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_HANGUL_TAILS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_HANGUL = tuple(
    (lead + vowel + tail).replace("-", "")
    for lead in _HANGUL_LEADS.split()
    for vowel in _HANGUL_VOWELS.split()
    for tail in _HANGUL_TAILS.split()
)

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# What breaks a word. Combining marks do not: scripts of India write vowels with them.
_BREAKS = frozenset("ZPSC")


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """``text`` for comparing: lower case, no accents, Cyrillic, Greek, kana and Hangul in Latin letters, single spaces.

    Scripts without a letter-by-letter romanisation stay as they are.
    """
    if not text.isascii():
        romanised = _romanise(unicodedata.normalize("NFKC", text).casefold())
        decomposed = unicodedata.normalize("NFKD", romanised)
        text = unicodedata.normalize("NFC", "".join(char for char in decomposed if not unicodedata.combining(char)))
    return " ".join(text.casefold().split())


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    folded = fold(text)
    if folded.isascii():
        found = _ASCII_WORD.findall(folded)
    else:
        found = "".join(" " if unicodedata.category(char)[0] in _BREAKS else char for char in folded).split()
    return [word[:MAX_WORD_LENGTH] for word in found[:MAX_WORDS_PER_FIELD]]


def weighed_words(voice: Voice) -> dict[str, float]:
    """Every word that leads to the voice, with how much it says."""
    weights: dict[str, float] = {}
    for word, weight in _all_words(voice):
        if weight > weights.get(word, 0.0):
            weights[word] = weight
    return weights


def _all_words(voice: Voice) -> Iterator[tuple[str, float]]:
    label = words_of(voice.label)
    yield from ((word, LABEL) for word in label)
    if len(label) > 1 and len(joined := "".join(label)) <= MAX_WORD_LENGTH:
        yield joined, LABEL
    yield from ((word, OWN_NAME) for word in words_of(voice.name))
    for fact in voice.traits.values():
        yield from _words_of_fact(fact)
    yield from _words_of_language(voice.language)
    for tag in voice.tags:
        yield from ((word, TAG) for word in words_of(tag))


@lru_cache(maxsize=4_096)
def _words_of_fact(fact: str) -> tuple[tuple[str, float], ...]:
    words = words_of(fact)
    synonyms = (synonym for word in words for synonym in words_of(_SYNONYMS.get(word, "")))
    return (*((word, FACT) for word in words), *((synonym, SYNONYM) for synonym in synonyms))


@lru_cache(maxsize=4_096)
def _words_of_language(language: str) -> tuple[tuple[str, float], ...]:
    words = [(word, FACT) for word in words_of(language)]
    locale = read_locale(language)
    if locale is not None:
        words += [(locale.language, FACT)]
        words += [(word, FACT) for name in names_of(locale) for word in words_of(name)]
        words += [(word, TAG) for name in region_names_of(locale) for word in words_of(name)]
    return tuple(words)


def _romanise(text: str) -> str:
    parts: list[str] = []
    for char in text:
        letters = _letters(char)
        if letters.startswith("small y") and parts and parts[-1].endswith("i"):
            # A small ya, yu or yo merges with what it follows: shi + ya = sha, ki + ya = kya.
            stem = parts[-1][:-1]
            parts[-1] = stem + (letters[-1] if stem in {"sh", "ch", "j"} else letters[-2:])
        else:
            parts.append(letters.removeprefix("small "))
    return "".join(parts)


@lru_cache(maxsize=8_192)
def _letters(char: str) -> str:
    """One character in Latin letters, or as it is."""
    if char.isascii():
        return char
    if 0 <= (position := ord(char) - _HANGUL_FIRST) < len(_HANGUL):
        return _HANGUL[position]
    name = unicodedata.name(char, "").partition(" WITH TONOS")[0].partition(" WITH DIALYTIKA")[0]
    script, _, letter = name.partition(" LETTER ")
    if script in {"HIRAGANA", "KATAKANA"}:
        return _kana(letter)
    if script == "LATIN SMALL":
        letter = letter.partition(" WITH ")[0]
        return _LATIN.get(letter, letter.lower() if len(letter) == 1 else char)
    if script in _ALPHABETS:
        return _ALPHABETS[script].get(letter, char)
    # The mark of a long vowel, and the ligature that Unicode does not call a letter.
    return {"ー": "", "œ": "oe"}.get(char, char)


def _kana(letter: str) -> str:
    is_small, letter = letter.startswith("SMALL "), letter.removeprefix("SMALL ")
    if is_small and letter == "TU":
        # It doubles the next consonant; people who type with Latin letters often leave that out.
        return ""
    return ("small " if is_small else "") + _KANA.get(letter, letter.lower())
