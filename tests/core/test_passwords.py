"""Passwords: how they are kept, and how an older way is left behind."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from shopstead.settings import base


@pytest.fixture(autouse=True)
def as_in_life(settings):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS


def test_a_password_is_kept_by_argon2id_with_its_cost_beside_it():
    kept = make_password("a long enough passphrase")
    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert check_password("a long enough passphrase", kept)
    assert not check_password("another passphrase", kept)


def test_a_hash_of_the_way_before_opens_and_is_written_anew():
    old = PBKDF2PasswordHasher().encode("a long enough passphrase", "a-salt-of-sixteen", iterations=1000)
    written = []
    assert check_password("a long enough passphrase", old, setter=written.append)
    assert written == ["a long enough passphrase"]
    assert identify_hasher(make_password(written[0])).algorithm == "argon2"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Use at least 8 characters"), ("zh-hans", "请至少使用 8 个字符")]
)
def test_a_short_password_is_refused_in_the_readers_own_words(language, words):
    with override(language), pytest.raises(ValidationError, match=words):
        validate_password("xq7", None)
