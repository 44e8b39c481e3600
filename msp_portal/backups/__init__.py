"""One file holds what must not be lost: the database of one moment, and the files that its rows point to."""
