"""The one row that held a look becomes the first published version. The row stays as it is for releases before this one."""

from secrets import token_hex

from django.db import migrations
from django.utils import timezone


def section(kind, values):
    return {"id": token_hex(4), "kind": kind, "is_hidden": False, "values": values, "translations": {}}


def to_settings(old):
    is_plain = old.display_face == "sans"
    return {
        "preset": "plain" if is_plain else "editorial",
        "ground": "warm",
        "accent": old.accent,
        "tint": old.hero_tint or "#e9e2d2",
        "scheme": "device",
        "logo": old.logo,
        "logo_size": "small",
        "shows_name": True,
        "display_face": old.display_face,
        "text_face": "sans",
        "corners": "soft",
        "cards": "plain",
        "ratio": "4/5",
        "header": "left",
        "announcement": old.announcement,
        "announcement_link": "",
        "about": "",
        "newsletter": False,
        "tab_bar": False,
    }


def to_sections(old):
    yield section(
        "hero",
        {
            "title": old.hero_title, "text": old.hero_text, "button": old.hero_button, "link": old.hero_link,
            "wide": old.hero_image_wide, "tall": old.hero_image_tall, "side": "left",
        },
    )
    yield section("collections", {"title": "", "source": "collections", "count": "6"})
    yield section("goods", {"title": "", "note": "", "source": "best", "collection": "", "count": "4"})
    if old.story_title or old.story_text:
        yield section(
            "story",
            {
                "title": old.story_title, "text": old.story_text[:2000], "button": "", "link": old.story_link,
                "picture": old.story_image, "side": "left",
            },
        )
    yield section("for_you", {"title": "", "count": "4"})
    promises = [
        {name: str(one.get(name, ""))[:300] for name in ("icon", "title", "text")}
        for one in old.promises
        if isinstance(one, dict)
    ]
    if promises:
        yield section("promises", {"promises": promises[:4]})


def move(apps, schema_editor):
    version = apps.get_model("theme", "ThemeVersion")
    old = apps.get_model("theme", "ThemeSettings").objects.filter(pk=1).first()
    if old is None or version.objects.exists():
        return
    now = timezone.now()
    version.objects.create(
        state="published", settings=to_settings(old), sections=list(to_sections(old)), created_at=now, updated_at=now,
        published_at=now,
    )


class Migration(migrations.Migration):
    dependencies = [("theme", "0002_versions")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
