"""Join the readable style files into the few files that pages load: ``python -m core.ui.build [FOLDER ...]``.

A folder holds a ``bundles.toml``; the built files are committed, so running Shopstead needs neither this step nor Node.
"""

import re
import sys
import tomllib
from pathlib import Path

UI = Path(__file__).resolve().parent
BANNER = "/* Built by `python -m core.ui.build`; edit the files under css/ instead. */\n"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def find_sources(static: Path, patterns: list[str]) -> list[Path]:
    """Return the files a bundle names, in order; a pattern that matches nothing is an error.

    Raises: FileNotFoundError.
    """
    sources: list[Path] = []
    for pattern in patterns:
        root = UI / "static" / "ui" if pattern.startswith("ui:") else static
        found = sorted(root.glob(pattern.removeprefix("ui:")))
        if not found:
            raise FileNotFoundError(f"{pattern} matches no file under {root.name}")
        sources += found
    return sources


def join_styles(sources: list[Path]) -> str:
    """Return the sources as one style sheet without comments, indentation and empty lines."""
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources)
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return BANNER + "\n".join(line for line in lines if line) + "\n"


def build_bundles(folder: Path) -> dict[Path, str]:
    """Return each built file of a folder with the text it should have, without writing it."""
    config = tomllib.loads((folder / "bundles.toml").read_text(encoding="utf-8"))
    static = folder / config["static"]
    return {static / name: join_styles(find_sources(static, patterns)) for name, patterns in config["bundles"].items()}


def main(folders: list[str]) -> int:
    """Write the bundles of the given folders, or of the design system itself."""
    for folder in [Path(name) for name in folders] or [UI]:
        for target, text in build_bundles(folder).items():
            target.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{target.name}: {len(text.encode())} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
