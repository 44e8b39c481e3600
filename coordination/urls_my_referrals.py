"""/mon-espace/demandes/: what professionals asked of each other for me."""

from django.urls import path

from coordination.views import my_referrals

urlpatterns = [
    path("", my_referrals.my_referrals, name="my_referrals"),
    path("<int:pk>/refuser/", my_referrals.decline_referral, name="decline_referral"),
]
