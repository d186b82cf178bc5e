# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The ledger of a simulated year: which time limits should be open, till when.

It is kept from what was done, and asks the naive counter for the last days: it
shares nothing with the application, neither its data nor its counting.  What
the law starts and ends stands here once more, apart from procedures.toml.
"""
import datetime as dt

INTAKE = {
    ('complaint', '1'): 'KN-01', ('complaint', '2'): 'KN-09',
    ('denunciation', '1'): 'TC-01'}
SETTLEMENT = {
    ('complaint', '1'): 'KN-02', ('complaint', '2'): 'KN-10',
    ('denunciation', '1'): 'TC-06'}
AFTER = {
    ('complaint', '1'): ['KN-12'], ('complaint', '2'): ['KN-12'],
    ('denunciation', '1'): ['TC-10', 'TC-12']}
# Who is told of the decision, when they forwarded the letter
ANSWER = {
    ('complaint', 'deputy'): 'TCD-02', ('complaint', 'front'): 'KN-17',
    ('denunciation', 'deputy'): 'TCD-02'}
EFFECT = {('complaint', '1'): 'KN-13', ('complaint', '2'): 'KN-14'}
SENDING = {
    ('complaint', '1'): 'KN-07', ('complaint', '2'): 'KN-11',
    ('denunciation', '1'): 'TC-09'}
SUSPENSION = {'complaint': 'KN-05', 'denunciation': 'TC-07'}
TERMINATION = {'complaint': 'KN-05', 'denunciation': 'TC-08'}


class Matter:
    """A letter, then its case, as the ledger knows them

    letter, case -- their ids
    variants -- the circumstances on which the lengths depend"""

    def __init__(self, law, kind, instance, received):
        self.law = law
        self.kind = kind
        self.instance = instance
        self.received = received
        self.variants = set()
        self.letter = self.case = None
        self.state = 'received'
        self.effective = None
        self.forwarder = None
        self.done = set()
        # {'letter' or 'case': {rule: Period}}
        self.periods = {'letter': {}, 'case': {}}

    @property
    def key(self):
        return self.kind, self.instance

    @property
    def is_published(self):
        return self.key in AFTER

    @property
    def settlement(self):
        "The Period in which the case is to be settled, None where none runs"
        return self.periods['case'].get(SETTLEMENT.get(self.key))

    @property
    def extensions(self):
        "How often the settlement may be prolonged"
        return (
            2 if 'especially_complex' in self.variants
            else 1 if 'complex' in self.variants else 0)

    def last_days(self, of):
        "Return {rule: last day} of what is open, None for what stands still"
        return {
            code: period.last_day(self.law)
            for code, period in self.periods[of].items()}

    def start(self, of, code, day):
        if code and code not in self.periods[of]:
            self.periods[of][code] = Period(code, day, self.variants)

    def stop(self, of, *codes):
        for code in codes:
            self.periods[of].pop(code, None)

    def enter(self, act, day, **said):
        "Put an act of a day into the ledger"
        enter = getattr(self, f'_{act}', None)
        if enter:
            enter(day, **said)
        self.done.add(act)

    # The letter

    def _register(self, day):
        self.start('letter', 'XLD-02', self.received)
        if self.kind == 'denunciation' and self.forwarder:
            self.start('letter', 'TC-03', self.received)

    def _classify(self, day):
        self.start('letter', INTAKE.get(self.key), self.received)

    def _outcome(self, day):
        self.stop('letter', 'XLD-02', INTAKE.get(self.key))

    def _accept(self, day):
        self.start('case', SETTLEMENT.get(self.key), day)
        if self.kind == 'denunciation':
            self.start('case', 'TC-05', day)

    def _correct(self, day, received):
        self.received = received
        for period in self.periods['letter'].values():
            period.start = received

    # The case

    def _verify(self, day):
        self.stop('case', 'TC-05')

    def _decide(self, day):
        if self.key in EFFECT:
            self.effective = self.law.last_day(
                EFFECT[self.key], day, self.variants, [], 0
                ) + dt.timedelta(days=1)
        for code in AFTER.get(self.key, []):
            self.start('case', code, day)
        self.stop('case', SETTLEMENT.get(self.key))
        self.start('case', SENDING.get(self.key), day)
        self.start('case', ANSWER.get((self.kind, self.forwarder)), day)

    def _send(self, day):
        self.stop('case', SENDING.get(self.key))

    def _publish(self, day):
        self.stop('case', 'KN-12', 'TC-12')

    def _handle(self, day):
        self.stop('case', 'TC-10')
        self.start('case', 'TC-11', day)

    def _take_effect(self, day):
        self.start('case', 'KN-15', self.effective)

    def _enforce(self, day):
        self.stop('case', 'KN-15')

    def _notify(self, day):
        self.stop('case', 'KN-05', 'TC-07', 'TC-08')

    def _close(self, day):
        self.periods['case'].clear()

    # What moves its time

    def _suspend(self, day):
        self.settlement.pauses.append((day, None))
        self.start('case', SUSPENSION[self.kind], day)
        self.state = 'suspended'

    def _resume(self, day):
        pauses = self.settlement.pauses
        pauses[-1] = (pauses[-1][0], day)
        self.state = 'verifying'

    def _exclude(self, day, start):
        self.settlement.pauses.append((start, day))

    def _extend(self, day, length):
        self.settlement.more += length
        self.settlement.extensions += 1

    def _terminate(self, day):
        self.stop('case', SETTLEMENT[self.key])
        self.start('case', TERMINATION[self.kind], day)
        self.state = 'terminated'

    def _reassess(self, day):
        # shared with the periods: they change with it
        self.variants -= {'especially_complex'}
        self.variants |= {'complex'}


class Period:
    "A time limit that runs"

    def __init__(self, code, start, variants):
        self.code = code
        self.start = start
        self.variants = variants        # shared: it changes with the matter
        self.pauses = []
        self.more = 0
        self.extensions = 0

    def last_day(self, law):
        return law.last_day(
            self.code, self.start, self.variants, self.pauses, self.more)
