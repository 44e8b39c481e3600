"""/coordination/taches/, /coordination/messages/: what one promised, and what one talks about."""

from django.urls import path

from coordination.views import conversation, conversations, task, tasks

urlpatterns = [
    path("taches/", tasks.task_list, name="task_list"),
    path("taches/nouvelle/", tasks.new_task, name="new_task"),
    path("taches/vues/", tasks.see_task_news, name="see_task_news"),
    path("taches/<int:pk>/", task.task, name="task"),
    path("taches/<int:pk>/fait/", tasks.finish, name="finish_task"),
    path("taches/<int:pk>/rouvrir/", tasks.reopen, name="reopen_task"),
    path("taches/<int:pk>/confier/", task.hand_over, name="hand_over_task"),
    path("taches/<int:pk>/date/", task.reschedule, name="reschedule_task"),
    path("taches/<int:pk>/abandonner/", task.cancel, name="cancel_task"),
    path("messages/", conversations.conversation_list, name="conversation_list"),
    path("messages/nouveau/", conversations.new_conversation, name="new_conversation"),
    path("messages/patient/<int:pk>/", conversations.patient_conversations, name="patient_conversations"),
    path(
        "messages/patient/<int:pk>/nouveau/",
        conversations.new_patient_conversation,
        name="new_patient_conversation",
    ),
    path("messages/<int:pk>/", conversation.conversation, name="conversation"),
    path("messages/<int:pk>/ecrire/", conversation.say_in_conversation, name="say_in_conversation"),
    path("messages/<int:pk>/lu/", conversation.read_conversation, name="read_conversation"),
    path("messages/<int:pk>/suivre/", conversation.follow_conversation, name="follow_conversation"),
    path("messages/corriger/<int:pk>/", conversation.mend, name="mend_message"),
    path("messages/retirer/<int:pk>/", conversation.withdraw, name="withdraw_message"),
]
