"""What every endpoint of the API does alike: queries, paging, versions of objects, calls that may be repeated, limits.

:class:`apps.core.api.OrganizationAPIView` puts it all on, so that an endpoint which is registered tomorrow has it, too.
See ``docs/api.md``.
"""
