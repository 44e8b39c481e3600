"""What one address, one account or one key may send (core/web/ratelimit.py)."""

RATE_LIMITS = {
    "hold": {"address": "600/1h", "account": "120/1h"},
    "book": {"address": "300/1h", "account": "60/1h"},
    "offer": {"address": "300/1h"},
    "relative": {"account": "20/1d"},
    "export": {"account": "20/1h"},
    # A whole waiting room may share the address of the house; one person is not looked for ten times.
    "check_in": {"address": "240/1h", "account": "60/1h", "key": "10/1h"},
    # A date of birth is not guessed ten times; many patients share the address of a retirement home.
    "video_entry": {"address": "120/1h", "key": "10/1h"},
    "emergency": {"account": "60/1h"},
    # A letter by a link, or without a name: from one address, and by one link, far more than anybody writes.
    "outside_request": {"address": "60/1h", "key": "40/1d"},
    "own_request": {"account": "20/1d"},
    "upload": {"account": "300/1h"},
    # A photograph comes in up to ten pieces, and asks after each break how far it has come.
    "photo_piece": {"account": "6000/1h"},
    # Each hands out a password of the relay, for two minutes.
    "video_check": {"address": "240/1h", "account": "60/1h"},
    "message": {"account": "240/1h"},
    # Calendar programs ask every quarter of an hour at most; a large one asks for thousands from one address.
    "feed": {"address": "1200/1h", "key": "120/1h"},
}
