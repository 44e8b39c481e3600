"""The messages of this room: who, when, where, link; never a medical word."""
