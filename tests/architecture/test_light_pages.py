"""A process carries no model and no frame until it trains or computes: 120 MB that pages and mails do without."""

import os
import subprocess
import sys

import pytest

HEAVY = ("pandas", "scipy", "sklearn", "surprise", "jieba", "pypinyin")
PAGES = """
import shopstead.wsgi
import shopstead.urls_platform
import shopstead.urls_store
"""
# What a worker and the scheduler load before their first task.
TASKS = """
import django
django.setup()
from shopstead.celery import app
app.loader.import_default_modules()
assert "analytics.merchant.refresh" in app.tasks and "recsys.serving.train" in app.tasks
"""
LOADED = f"import sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"


@pytest.mark.parametrize("program", [PAGES, TASKS], ids=["pages", "tasks"])
def test_nothing_heavy_is_loaded(program: str) -> None:
    result = subprocess.run([sys.executable, "-c", program + LOADED], capture_output=True, text=True, env=os.environ)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""
