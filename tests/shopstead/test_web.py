"""What a web process holds before its first request: all that pages need, and nothing that only jobs, files and trainers need."""

import json
import subprocess
import sys

HEAVY = ("numpy", "pandas", "scipy", "sklearn", "surprise", "joblib", "openpyxl", "jieba", "pypinyin", "matplotlib")
LOOK = """
import json, sys, threading
from shopstead.web import load
load()
from django.db import connections
from django.template import engines
from django.utils import translation
kept = {}
for language in ("en", "zh-hans"):
    with translation.override(language):
        kept[language] = len(engines["jinja2"].env.cache)
print(json.dumps({
    "modules": sorted({name.partition(".")[0] for name in sys.modules}), "threads": threading.active_count(),
    "sessions": sum(one.connection is not None for one in connections.all(initialized_only=True)), "templates": kept,
    "views": "storefront.catalog.pages" in sys.modules,
}))
"""


def test_a_loaded_web_process_can_be_forked_and_holds_only_what_pages_need() -> None:
    ran = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(ran.stdout)
    assert found["views"]
    assert min(found["templates"].values()) > 40
    assert [name for name in HEAVY if name in found["modules"]] == []
    assert (found["threads"], found["sessions"]) == (1, 0), "a fork would tear them"
