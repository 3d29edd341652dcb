"""What a copy of a store may show: a look that nobody could have chosen becomes one that holds."""

from storefront.theme.errors import LookRefused
from storefront.theme.look import check_settings, complete
from storefront.theme.models import ThemeVersion
from storefront.theme.sections.checks import check_sections
from tenants.events import StoreCopied


def sanitize_copy(_event: StoreCopied) -> None:
    """Check every version as if it had been sent by the editor: wrong settings go back to their defaults, wrong sections go."""
    for version in ThemeVersion.objects.iterator(chunk_size=20):
        settings, sections = _settings(version.settings), _sections(version.sections)
        if (settings, sections) != (version.settings, version.sections):
            ThemeVersion.objects.filter(pk=version.pk).update(settings=settings, sections=sections)


def _settings(told: object) -> object:
    try:
        return check_settings(told)
    except LookRefused:
        known = complete(told) if isinstance(told, dict) else complete({})
    try:
        return check_settings(known)
    except LookRefused as error:
        fresh = complete({})
        return {name: fresh[name] if name in error.errors else value for name, value in known.items()}


def _sections(told: object) -> list[object]:
    kept: list[object] = []
    for section in told if isinstance(told, list) else []:
        try:
            kept += check_sections([section])
        except LookRefused:
            continue
    return kept
