"""What rooms above want to hear of, in the transaction in which it happens."""

from django.dispatch import Signal

# An invitation has become a series. Sent with `invitation`, `series` and `actor`.
invitation_used = Signal()
