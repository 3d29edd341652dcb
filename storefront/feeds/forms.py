"""What a merchant lets machines see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from storefront.feeds.models import FeedSettings


class FeedForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = FeedSettings
        fields = ("is_indexed", "has_google", "has_openai", "has_indexnow")
        labels = {
            "is_indexed": _("Let search engines list this store"),
            "has_google": _("Offer the file for Google Merchant Center"),
            "has_openai": _("Offer the file for ChatGPT"),
            "has_indexnow": _("Tell search engines at once what changed"),
        }
        help_texts = {
            "is_indexed": _(
                "Without this, robots.txt asks every one of them to stay away. It takes days to be forgotten."
            ),
            "has_google": _("Also read by Bing, Meta and many price comparisons."),
            "has_openai": _(
                "People who ask ChatGPT what to buy can be shown your goods. They buy in your own checkout."
            ),
            "has_indexnow": _("Through IndexNow: Bing, Yandex, Naver and Seznam. Google does not take part."),
        }
