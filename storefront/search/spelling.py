"""How near two spellings are."""

from collections.abc import Iterable

SHORTEST = 4
SURE_OF_TWO = 8


def grams(word: str) -> list[str]:
    """Return the runs of three letters of a word with its ends marked; of a Chinese word its letters."""
    if not word.isascii():
        return sorted(set(word)) if len(word) > 2 else []
    marked = f"^{word}$"
    return sorted({marked[at : at + 3] for at in range(len(marked) - 2)})


def is_worth_keeping(word: str) -> bool:
    """Tell whether a word may be what somebody meant: no code, no number, no single letter."""
    if word.startswith("=") or any(letter.isdigit() for letter in word):
        return False
    return len(word) >= (SHORTEST if word.isascii() else 2)


def most_mistakes(word: str) -> int:
    """Return how many letters of a word may be wrong: one, two of a long word, none of a short one."""
    if not word.isascii():
        return 1 if len(word) > 2 else 0
    return 0 if len(word) < SHORTEST else 1 if len(word) < SURE_OF_TWO else 2


def nearest(word: str, known: Iterable[tuple[str, str, int]]) -> str:
    """Return what to show for the nearest of (word, shown, products) within the mistakes that are allowed, else nothing."""
    allowed = most_mistakes(word)
    found = [
        (mistakes, -count, shown)
        for other, shown, count in known
        if (mistakes := distance(word, other, allowed)) <= allowed
    ]
    return min(found)[2] if found else ""


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters were left out, added, changed or swapped with their neighbor; limit + 1 for more.

    The optimal string alignment distance: Damerau (1964), without editing a piece twice.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
