# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What stands between the web server and trytond.

A configuration names it: `page = donthu.middleware.FreshPage` in the section
[wsgi middleware].
"""


class FreshPage:
    """Let browsers ask each time whether the page of the web client changed

    What the page names has an address with the version (`donthu.webclient`),
    and may be kept for as long as `[web] cache_timeout` says; were the page
    kept as well, a new version would be seen half a day late.
    """

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if environ.get('PATH_INFO') not in {'', '/', '/index.html'}:
            return self.app(environ, start_response)

        def start(status, headers, exc_info=None):
            headers = [
                (name, value) for name, value in headers
                if name.lower() not in {'cache-control', 'expires'}]
            return start_response(
                status, [*headers, ('Cache-Control', 'no-cache')], exc_info)
        return self.app(environ, start)
