# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""When a letter is looked at for others that look like it.

Pure functions, without Tryton: they add to the plans of complaints.plan.
"""
from trytond.modules.complaints import plan


@plan.after('letter', 'register', 'likeness')
@plan.after('letter', 'historical', 'likeness')
@plan.after('letter', 'classify', 'likeness')
def look(work):
    "Say what is kept: 'marks', and which letters are 'similar'"
    looks = work.plan.more.setdefault('likeness', set())
    looks.add('marks')
    if not work.by.register:
        # nobody goes through an old register letter by letter
        looks.add('similar')
