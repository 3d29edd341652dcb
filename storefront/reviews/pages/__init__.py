"""Shopper's pages of reviews."""

from django.urls import path

from storefront.reviews.pages import invited, own, reading

urlpatterns = [
    path("products/<str:handle>/reviews/", reading.reviews, name="product_reviews"),
    path("products/<str:handle>/reviews/write/", own.write, name="review_write"),
    path("reviews/<int:pk>/report/", reading.report, name="review_report"),
    path("account/reviews/", own.mine, name="account_reviews"),
    path("account/reviews/<int:pk>/delete/", own.delete, name="review_delete"),
    path("reviews/invitation/<str:token>/", invited.invitation, name="review_invitation"),
    path("reviews/invitation/<str:token>/stop/", invited.stop, name="review_invitation_stop"),
    path("reviews/invitation/<str:token>/<int:product_id>/", invited.write, name="review_invited"),
]
