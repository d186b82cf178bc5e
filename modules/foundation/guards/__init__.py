# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The guards of Tryton, in one room.

Tryton 8.0 trusts who has a login more than a country of agencies can.  What
stands open there and is shut here, each with the reason in its file:

credentials     what opens a login or a session is neither read, searched,
                sorted by, exported nor written by any client
resets          passwords are reset on somebody's order, and kept one-way
stored          exports, copies and searches go through the same access as
                what is read; nobody says which file a record shows
calls           what a client sends as its own context, and which records it
                may have something worked out of
preferences     who changes his own preferences changes nothing else
files           what was planted before is taken out
mails           who mails something must be able to read it
paths           a domain, or an order, passes no record one may not read
limits          how much a call may ask for, and what an error may tell
applications    a key is of who holds it
configuration   what the modules bring is changed by no client
logins          nobody becomes somebody else by administering
removed         what is destroyed is gone, what is kept is for the server
wizards         of another user, and those of the administrator
wire            REST is off, private keys of the context are dropped

They are hung where Tryton has hooks for it (the pool, its mixins, WSGI);
nothing of trytond is replaced.  tests/test_guards.py attacks each over the
wire.
"""
