"""Ukrainian names: tidying, romanising (Resolution 55 of 2010) and folding for search."""

import re
import unicodedata
from typing import Final

from translitua import translit

APOSTROPHE: Final = "\N{RIGHT SINGLE QUOTATION MARK}"
# Typed, typographic, modifier letter, backtick and their look-alikes.
_APOSTROPHES = re.compile("['`´ʹʻʼʽ′‘’‛\uff07]")
_UKRAINIAN_APOSTROPHE = re.compile(f"(?<=[Ѐ-ӿ]){_APOSTROPHES.pattern}(?=[Ѐ-ӿ])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LETTERS = re.compile(r"[^\W\d_]+")
_PUNCTUATION = re.compile(r"[^\w\s]|_")
# Letters that carry their mark inside and do not come apart in NFKD.
_SOLID_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
)
# й and ї are letters of their own, not и and і with a mark.
_KEPT_MARKS = {("и", "\u0306"), ("і", "\u0308")}


def tidy(text: str) -> str:
    """One space between words, none around; nothing invisible; U+2019 as the Ukrainian apostrophe."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _UKRAINIAN_APOSTROPHE.sub(APOSTROPHE, " ".join(visible.split()))


def romanise(text: str) -> str:
    """Latin letters by Resolution 55; what is not Ukrainian stays as it is."""
    plain = tidy(_APOSTROPHES.sub("", _without_stress(tidy(text))))
    return _LETTERS.sub(lambda word: _romanise_word(word.group()), plain)


def hromada_name_en(name_uk: str, kind: str) -> str:
    """«Сумська», urban → Sumska urban hromada"""
    return f"{romanise(name_uk)} {kind} hromada"


def fold(text: str) -> str:
    """Lower case, no apostrophes, marks or punctuation; Ukrainian letters stay themselves."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", _INVISIBLE.sub("", text)))
    spread = unicodedata.normalize("NFKD", plain.casefold().translate(_SOLID_LETTERS))
    kept = [mark for before, mark in zip(" " + spread, spread, strict=False) if _stays(before, mark)]
    return " ".join(_PUNCTUATION.sub(" ", unicodedata.normalize("NFC", "".join(kept))).split())


def search_key(text: str) -> str:
    """Where both alphabets meet: «Сумська», SUMSKA and Sums'ka give the same."""
    return fold(romanise(text))


def _romanise_word(word: str) -> str:
    # The table knows capital letters one by one: a single one at the start must not become two.
    latin = str(translit(word.lower() if word.istitle() or len(word) == 1 else word))
    if word == word.lower():
        return latin
    if word.isupper() and len(word) > 1:
        return latin.upper()
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin


def _without_stress(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _stays(before: str, letter: str) -> bool:
    return not unicodedata.combining(letter) or (before, letter) in _KEPT_MARKS
