import gzip
from pathlib import Path

import pytest

from core.ui import build

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [build.UI, ROOT / "storefront" / "theme"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_committed_styles_equal_a_fresh_build(folder: Path) -> None:
    for target, text in build.build_bundles(folder).items():
        assert target.read_text(encoding="utf-8") == text, f"run python -m core.ui.build for {target.name}"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (build.UI / "static/ui/app.css", 30_000),
        (ROOT / "storefront/theme/static/theme/storefront.css", 20_000),
        (build.UI / "static/ui/vendor/htmx-4.0.1.min.js", 14_000),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_what_a_page_loads_stays_light(path: Path, most: int) -> None:
    assert len(gzip.compress(path.read_bytes(), 9)) <= most


def test_a_bundle_that_names_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        build.find_sources(tmp_path, ["nowhere/*.css"])


def test_joining_drops_comments_and_keeps_the_order(tmp_path: Path) -> None:
    (tmp_path / "1.css").write_text("/* said */\n.a {\n  color: red;\n}\n")
    (tmp_path / "2.css").write_text(".b { color: blue; }\n")
    joined = build.join_styles([tmp_path / "1.css", tmp_path / "2.css"])
    assert joined == build.BANNER + ".a {\ncolor: red;\n}\n.b { color: blue; }\n"
