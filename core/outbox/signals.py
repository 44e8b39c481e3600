"""What delivery learns about addresses and the rooms may want to know."""

from django.dispatch import Signal

# Sent with `channel` and `address` when the receiving side says for good that nobody is there.
address_refused = Signal()
