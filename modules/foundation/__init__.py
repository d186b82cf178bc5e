# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.


def register():
    """Put the door in front of what comes from the network.

    Called when the classes are registered, before anything is served.  Not on
    import: that chooses the database of Tryton, and the command line imports
    the pure parts of this module before it has read the configuration.
    """
    from trytond.modules.foundation.guards import removed, sessions, wire
    wire.install()
    removed.install()
    sessions.install()
