# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Send the rows of a register, and understand what is answered."""
import gc
import time

from proteus import Model

from donthu.errors import CommandError, explain, is_outage, is_transient
from donthu.importing.answers import is_refusal, is_said, message

RETRIES = 5


class Sender:
    """Sends rows to a site

    config -- of proteus
    source, agency, dry_run -- as import_rows asks for them"""

    def __init__(self, config, source, agency, dry_run):
        self.proxy = Model.get('complaints.letter', config=config)._proxy
        self.context = config.context
        self.arguments = source, agency, dry_run
        # a server of its own was loaded for this: its hundred thousands of
        # objects are not looked through again and again for garbage
        gc.freeze()

    def call(self, rows):
        """Call the server; a batch that fails is sent row by row

        What nobody foresaw then refuses one row and not five hundred; but no
        row is refused because the disk is full or the database is gone."""
        try:
            return self.ask(rows)
        except Exception as error:
            if is_outage(error):
                raise explain(error) from error
            if len(rows) == 1:
                return [self.refused(rows[0], error)]
            if is_refusal(error):
                raise CommandError(message(error))
        results, unforeseen = [], []
        for row in rows:
            try:
                results += self.ask([row])
            except Exception as error:
                if is_outage(error):
                    raise explain(error) from error
                results.append(self.refused(row, error))
                if not is_said(error):
                    unforeseen.append(error)
        if len(unforeseen) == len(rows):
            # whatever is sent: it is not the rows
            raise unforeseen[0]
        return results

    def ask(self, rows):
        "Call the server, again where others were in the way"
        for patience in range(RETRIES, -1, -1):
            try:
                return self.proxy.import_rows(
                    rows, *self.arguments, self.context)
            except Exception as error:
                if not patience or not is_transient(error):
                    raise
                time.sleep(.1)

    @staticmethod
    def refused(row, error):
        return {
            'row': row['row'], 'status': 'refused', 'field': '',
            'reason': message(error)}
