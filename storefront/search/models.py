"""Words to find products by, what was asked for, and what the merchant has to say about it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from core.db.models import StoreModel
from storefront.catalog.models import Product


class SearchDocument(StoreModel):
    """A product's words, Chinese ones cut by jieba's dictionary, and the filters it passes.

    `vector` finds: A title, B type, brand, tags, options and codes, C description, D letters, pairs and sounds. `names` is the
    same without the description, short enough to stand in the row, and ranks. `facets` holds "brand=Acme", "option.Color=Red".
    """

    product = models.OneToOneField(Product, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    vector = SearchVectorField()
    names = SearchVectorField(null=True)
    facets = ArrayField(models.TextField(), default=list, db_default=[])
    version = models.SmallIntegerField(default=0, db_default=0)
    digest = models.CharField(
        max_length=32, blank=True, default="", db_default="", help_text="Of the texts it was made from."
    )

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="search_vector")]


class SearchWord(StoreModel):
    """A word that goods of the store are found by, kept so that misspelled ones can be led to it.

    `shown` is the word to suggest: for the sound zishahu it is 紫砂壶. `grams` are its runs of three letters.
    """

    word = models.CharField(max_length=60, primary_key=True)
    shown = models.CharField(max_length=60)
    sound = models.CharField(max_length=120, blank=True)
    grams = ArrayField(models.TextField(), default=list, db_default=[])
    products_count = models.IntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            GinIndex(fields=["grams"], name="search_word_grams"),
            models.Index(fields=["sound"], name="search_word_sound", condition=~models.Q(sound="")),
        ]


class SearchQuery(StoreModel):
    """What was asked and how much was found, without who asked."""

    id = models.BigAutoField(primary_key=True)
    text = models.CharField(max_length=200)
    results_count = models.IntegerField()
    created_at = models.DateTimeField(db_index=True)


class SearchClick(StoreModel):
    """Which of the found goods somebody opened, and how far down it stood, without who."""

    id = models.BigAutoField(primary_key=True)
    text = models.CharField(max_length=200)
    product_id = models.BigIntegerField()
    position = models.IntegerField()
    created_at = models.DateTimeField(db_index=True)


class Synonym(StoreModel):
    """Words that mean the same here. Without `meanings` each of the terms finds what the others find; with them, only
    who asks for a term finds what the meanings find too."""

    id = models.BigAutoField(primary_key=True)
    terms = models.JSONField(default=list)
    meanings = models.JSONField(default=list)
    created_at = models.DateTimeField()


class SynonymTerm(StoreModel):
    """What else to look for with a term: its folded words, and a tsquery. Written anew whenever a synonym changes."""

    term = models.CharField(max_length=200, primary_key=True)
    literal = models.TextField()


class SearchLead(StoreModel):
    """What shoppers type that has a page of its own: `term` is its folded words, `text` what the merchant wrote.

    `path` is an address of this store without a language, such as `/collections/tea/`.
    """

    id = models.BigAutoField(primary_key=True)
    term = models.CharField(max_length=200, unique=True)
    text = models.CharField(max_length=60)
    path = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"), name="search_lead_stays_in_the_store"
            )
        ]


class SearchSettings(StoreModel):
    """Which filters shoppers see, in which order: `[{"key", "is_shown"}]`. One row, none until the merchant chooses."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    filters = models.JSONField(default=list)
