import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.production")
# Under ASGI each request has a thread of its own: connections are shared through a pool, here and nowhere else.
os.environ.setdefault("DATABASE_POOL_SIZE", "20")

pages = get_asgi_application()

# After the line above: what follows imports models.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from appointments.consumers import Nowhere  # noqa: E402
from appointments.routing import websocket_urlpatterns as schedule  # noqa: E402
from coordination.routing import websocket_urlpatterns as conversations  # noqa: E402
from core.web.body import BodyLimit  # noqa: E402
from core.web.sockets import ReadableOrigin  # noqa: E402
from teleconsult.routing import websocket_urlpatterns as calls  # noqa: E402

routes = URLRouter([*schedule, *conversations, *calls, re_path("", Nowhere.as_asgi())])
sockets = ReadableOrigin(AllowedHostsOriginValidator(CookieMiddleware(routes)))
application = ProtocolTypeRouter({"http": BodyLimit(pages, settings.BODY_HEAVIEST), "websocket": sockets})
