import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.production")
# Under ASGI each request has a thread of its own: connections are shared through a pool, here and nowhere else.
os.environ.setdefault("DATABASE_POOL_SIZE", "20")

application = get_asgi_application()
