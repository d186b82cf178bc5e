# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.


class CommandError(Exception):
    """What a command can not do, said to the person who called it.

    The text says what to do; the command ends with exit status `status`.
    """

    def __init__(self, message, status=1):
        super().__init__(message)
        self.status = status
