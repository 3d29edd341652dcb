"""The merchant's pages of gift cards; those of customers' credit stand in `customers`."""

from django.urls import path

from storefront.credits.dashboard.cards import card, cards, new

urlpatterns = [
    path("", cards, name="dashboard_gift_cards"),
    path("new/", new, name="dashboard_gift_card_new"),
    path("<int:pk>/", card, name="dashboard_gift_card"),
]
