"""A web process carries no model and no frame: what trains and computes loads in workers."""

import os
import subprocess
import sys

HEAVY = ("pandas", "scipy", "sklearn", "surprise", "jieba", "pypinyin")
PROGRAM = f"""
import sys
import shopstead.wsgi
import shopstead.urls_platform
import shopstead.urls_store
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_pages_load_nothing_heavy() -> None:
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=os.environ)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""
