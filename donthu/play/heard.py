# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Whether what is late has reached somebody, or stands where a manager looks.

Never whom it is about.
"""


class Heard:
    """What was looked at, day by day

    looked -- how many late matters
    silent -- what nobody knows of, as text"""

    def __init__(self):
        self.looked = 0
        self.silent = set()

    def check(self, pool, day):
        from trytond.modules.deadlines.clock import OPEN
        Clock = pool.get('deadlines.clock')
        Escalation = pool.get('escalation.escalation')
        # what ended before the last working day went up this morning
        late = Clock.search([
                ('state', 'in', OPEN), ('due_on', '<', day)])
        for clock in late:
            self.looked += 1
            record = clock.resource
            name = f'{record} {clock.rule.code} due {clock.due_on}'
            raised = Escalation.search([('clock', '=', clock.id)])
            if not raised:
                self.silent.add(f'{name}: nobody knows of it')
            for escalation in raised:
                self._told(pool, escalation, name)
        self._left_behind(pool, day)

    def _told(self, pool, escalation, name):
        from trytond.modules.foundation import clock
        from trytond.modules.routing.accused import is_about
        record = escalation.record
        if not escalation.recipients and not escalation.undelivered:
            self.silent.add(f'{name}: escalation {escalation.id} heard by '
                'nobody and not listed')
        if escalation.undelivered and not self._watchers(pool, escalation):
            self.silent.add(f'{name}: listed where nobody looks')
        today = pool.get('ir.date').today()
        if clock.local_day(escalation.raised_at) == today:
            # by law the head answers for a complaint about himself
            leaders = escalation.agency.users_with('leader')
            for user in escalation.recipients:
                role = 'leader' if user in leaders else 'supervisor'
                if is_about(user, record, role):
                    self.silent.add(
                        f'{name}: told {user.rec_name}, whom it is about')

    def _watchers(self, pool, escalation):
        "Return supervisors who see the list, and are not what it is about"
        from trytond.modules.routing.accused import is_about
        Agency = pool.get('agencies.agency')
        agency = Agency(escalation.agency.id)
        return [
            u for a in [agency, *agency.superiors()]
            for u in a.users_with('supervisor')
            if not is_about(u, escalation.record)]

    def _left_behind(self, pool, day):
        "Nothing open is left at an agency that is no more"
        for name in ['complaints.letter', 'complaints.case']:
            Model = pool.get(name)
            for record in Model.search([
                        ('agency.valid_to', '<', day),
                        ('state', 'not in', Model._closed())]):
                self.silent.add(f'{record}: left at {record.agency.name}')
