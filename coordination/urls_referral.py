"""Adressages: one professional of the house asks another."""

from django.urls import path

from coordination.views import referral, referrals, write_referral

urlpatterns = [
    path("adressages/", referrals.referrals, name="referrals"),
    path("adressages/sans-reponse/", referrals.unanswered_referrals, name="unanswered_referrals"),
    path("adressages/nouveau/<int:pk>/", write_referral.new_referral, name="new_referral"),
    path("adressages/<int:pk>/", referral.referral, name="referral"),
    path("adressages/<int:pk>/modifier/", write_referral.edit_referral, name="edit_referral"),
    path("adressages/<int:pk>/accepter/", referral.accept_referral, name="accept_referral"),
    path("adressages/<int:pk>/question/", referral.ask_detail, name="ask_detail"),
    path("adressages/<int:pk>/reponse/", referral.give_detail, name="give_detail"),
    path("adressages/<int:pk>/refuser/", referral.refuse_referral, name="refuse_referral"),
    path("adressages/<int:pk>/transmettre/", referral.redirect_referral, name="redirect_referral"),
    path("adressages/<int:pk>/retirer/", referral.withdraw_referral, name="withdraw_referral"),
    path("adressages/<int:pk>/lu/", referral.close_read_referral, name="close_read_referral"),
    path("adressages/<int:pk>/renouveler/", referral.renew_referral, name="renew_referral"),
    path("adressages/<int:pk>/bilan/", referral.report_referral, name="report_referral"),
    path("adressages/<int:pk>/lettre.pdf", referral.referral_letter, name="referral_letter"),
]
