from celery import shared_task

from accounts.actions.forget_unconfirmed import forget_unconfirmed


@shared_task(name="accounts.tasks.forget_unconfirmed")
def forget_unconfirmed_accounts() -> int:
    return forget_unconfirmed()
