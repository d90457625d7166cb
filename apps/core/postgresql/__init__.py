"""Django's PostgreSQL backend with a second wall between tenants: row-level security and references that stay inside.

``base`` tells the server with every statement whose scope is open, ``policies`` and ``references`` make the
server hold to it. They are put up after every ``migrate``, for every tenant model that there is then.
"""
