"""/coordination/taches/, /coordination/messages/: what one promised, and what one talks about."""

from django.urls import path

from coordination.views import task, tasks

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
]
