"""/coordination/rcp/: the meetings of the team."""

from django.urls import path

from coordination.views import agenda, meetings, minutes, plan_meeting, run_meeting

urlpatterns = [
    path("rcp/", meetings.meetings, name="meetings"),
    path("rcp/nouvelle/", plan_meeting.plan_meeting, name="plan_meeting"),
    path("rcp/bilan/", meetings.meeting_year, name="meeting_year"),
    path("rcp/inscrire/<int:pk>/", agenda.propose_patient, name="propose_patient"),
    path("rcp/papiers/<int:pk>.pdf", minutes.minutes, name="minutes"),
    path("rcp/points/<int:pk>/", agenda.meeting_item, name="meeting_item"),
    path("rcp/points/<int:pk>/modifier/", agenda.edit_item, name="edit_item"),
    path("rcp/points/<int:pk>/ranger/", agenda.arrange_item, name="arrange_item"),
    path("rcp/points/<int:pk>/fiche/", run_meeting.save_sheet, name="save_sheet"),
    path("rcp/points/<int:pk>/corriger/", agenda.correct_item, name="correct_item"),
    path(
        "rcp/points/<int:pk>/accord/<int:practitioner>/", agenda.note_item_consent, name="note_item_consent"
    ),
    path("rcp/<int:pk>/", meetings.meeting, name="meeting"),
    path("rcp/<int:pk>/modifier/", plan_meeting.move_meeting, name="move_meeting"),
    path("rcp/<int:pk>/annuler/", plan_meeting.cancel_meeting, name="cancel_meeting"),
    path("rcp/<int:pk>/reponse/", meetings.answer_meeting, name="answer_meeting"),
    path("rcp/<int:pk>/inviter/", meetings.invite_member, name="invite_member"),
    path("rcp/<int:pk>/retirer/<int:member>/", meetings.uninvite_member, name="uninvite_member"),
    path("rcp/<int:pk>/sujet/", agenda.add_topic, name="add_topic"),
    path("rcp/<int:pk>/ouvrir/", run_meeting.open_meeting, name="open_meeting"),
    path("rcp/<int:pk>/seance/", run_meeting.run_meeting, name="run_meeting"),
    path("rcp/<int:pk>/notes/", run_meeting.save_notes, name="save_notes"),
    path("rcp/<int:pk>/presence/<int:member>/", run_meeting.mark_presence, name="mark_presence"),
    path("rcp/<int:pk>/valider/", run_meeting.close_meeting, name="close_meeting"),
]
