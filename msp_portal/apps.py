from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "msp_portal"
    verbose_name = "Portail"

    def ready(self) -> None:
        # Tasks bind to this application from whichever process sends them.
        from msp_portal import celery  # noqa: F401
