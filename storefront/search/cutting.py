"""Cut Chinese into words by jieba's dictionary, in a fiftieth of the memory that jieba keeps it in.

jieba holds every word and every beginning of a word in a dict: 97 MB and two seconds a process, too dear for web processes.
Here the words of one first letter are one string, so that nothing is held twice and looking one up is a search in a few
hundred letters. The cut is the likeliest one, as in jieba: the product of the words' frequencies is greatest.
"""

import functools
from importlib.util import find_spec
from itertools import groupby
from math import log
from pathlib import Path

LONGEST = 6
_LETTERS = Path(__file__).parent / "letters"


class Dictionary:
    """Words of two to six simplified letters, and how often each is written."""

    def __init__(self, path: Path) -> None:
        simplified = simplified_letters()
        self._blocks: dict[str, str] = {}
        self._single: dict[str, float] = {}
        total = 0
        with path.open(encoding="utf-8") as lines:
            # Words of one first letter stand together, so no more than one block is ever in pieces.
            for first, group in groupby(lines, key=_first):
                block = [self._blocks.pop(first, "\n").removesuffix("\n")]
                for line in group:
                    word, count, _kind = line.split(" ")
                    total += int(count)
                    if len(word) == 1:
                        self._single[word] = float(count)
                    elif len(word) <= LONGEST and first >= "\u3400" and word.translate(simplified) == word:
                        block.append(f"{word[1:]}:{count}")
                if len(block) > 1 or block[0]:
                    self._blocks[first] = "\n".join(block) + "\n"
        self._total = log(total)

    def likelihood(self, word: str) -> float | None:
        """Return the logarithm of how often the word is written, None for one that is not in the dictionary."""
        if len(word) == 1:
            return log(self._single.get(word, 1.0) or 1.0) - self._total
        block = self._blocks.get(word[0])
        if block is None:
            return None
        mark = f"\n{word[1:]}:"
        at = block.find(mark)
        if at < 0:
            return None
        begin = at + len(mark)
        return log(int(block[begin : block.index("\n", begin)]) or 1) - self._total

    def cut(self, run: str) -> list[str]:
        """Return the words of an unbroken run of simplified letters, in order."""
        size = len(run)
        best: list[tuple[float, int]] = [(0.0, 0)] * (size + 1)
        for start in range(size - 1, -1, -1):
            choices = []
            for end in range(start + 1, min(start + LONGEST, size) + 1):
                found = self.likelihood(run[start:end])
                if found is not None:
                    choices.append((found + best[end][0], end))
            best[start] = max(choices)
        words, at = [], 0
        while at < size:
            end = best[at][1]
            words.append(run[at:end])
            at = end
        return words

    def parts(self, word: str) -> list[str]:
        """Return the shorter words inside a long one: 智能手机 holds 智能 and 手机."""
        return [
            word[start:end]
            for start in range(len(word) - 1)
            for end in range(start + 2, min(start + 4, len(word) + 1))
            if end - start < len(word) and self.likelihood(word[start:end]) is not None
        ]


def _first(line: str) -> str:
    return line[0]


@functools.cache
def dictionary() -> Dictionary:
    """Return jieba's dictionary, read at its first use."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package jieba is not installed")
    return Dictionary(Path(spec.origin).with_name("dict.txt"))


@functools.cache
def simplified_letters() -> dict[int, str]:
    """Return each traditional letter's simplified one, for `str.translate`."""
    pairs = _read("simplified.txt").split()
    return {ord(pair[0]): pair[1] for pair in pairs}


@functools.cache
def _sounds() -> dict[str, str]:
    found = {}
    for line in _read("sounds.txt").splitlines():
        sound, letters = line.split(" ")
        found.update(dict.fromkeys(letters, sound))
    return found


def spell(word: str) -> str:
    """Return how a word of simplified letters sounds, joined and without tones: 紫砂 gives ``zisha``."""
    sounds = _sounds()
    return "".join(sounds.get(letter, letter) for letter in word)


def _read(name: str) -> str:
    return (_LETTERS / name).read_text(encoding="utf-8").partition("\n")[2]
