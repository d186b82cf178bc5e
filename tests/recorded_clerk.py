# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Live a letter, one word of its life after the other, by the public doors.

A word is a button, a wizard or a form that a person of the agency uses:
`register`, `*report` (an act of the wizard "Ghi nhận bước"), `propose:accept`.
What a word needs besides is said in recorded_lives.  Buttons are pressed and
wizards gone through here, not by the player: that these doors lead to the one
way, and which of them refuse, is what is recorded.  Who acts is played.
"""
import datetime as dt

from donthu.play.player import Player, fresh

LETTER, CASE = 'complaints.letter', 'complaints.case'
_LEADER = {
    'approve', 'revise', 'verify', 'decide', 'take_effect', 'close', 'accept',
    'refuse', '*demand_report', '*withhold', '*restore', '*enforce',
    '*handle', '*council', '*expertise', '*complained', '*crime'}
_HANDLER = {'join', '*plan', '*report', '*dialogue', '*minutes', '*follow',
    '*request', '*explanation'}
_OF_CASE = {'verify', 'decide', 'send', 'take_effect', 'close', 'notify'}
_GROUNDS = {
    ('suspend', 'complaint'): 'KN-11A-2',
    ('suspend', 'denunciation'): 'TC-34-1',
    ('terminate', 'complaint'): 'KN-10',
    ('terminate', 'denunciation'): 'TC-34-3A',
    ('withdraw', 'complaint'): 'KN-10-P',
    ('withdraw', 'denunciation'): 'TC-33-P',
    ('exclude', 'denunciation'): 'TC-15-4',
    ('extend', 'denunciation'): 'TC-30',
    }
PDF = b'%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n'


class Clerk:
    """Who does what a word says, in a transaction with the pool

    staff -- {agency code: {role: user id}}
    lives -- {name: Life}, for those that meet another"""

    def __init__(self, staff, lives):
        self.staff, self.lives = staff, lives
        self.player = Player()

    def do(self, pool, life, word, day):
        "Do what a word says on a day; UserError where that is refused"
        self.pool, self.life, self.day = pool, life, day
        name, _, argument = word.partition(':')
        if name.startswith('@'):
            life.turn_to(name[1:], self._found(name[1:]))
        elif name.startswith('*'):
            self._act(name, argument)
        elif hasattr(self, f'do_{name}'):
            getattr(self, f'do_{name}')(argument)
        else:
            self._press(name)

    # Who, and on what

    def _as(self, role, agency=None):
        code = agency or self._record().agency.code
        # the people of a merged agency are those of before
        roles = self.staff.get(code) or self.staff[self.life.agency]
        return self.player.at_client(self.pool.get('res.user')(roles[role]))

    @staticmethod
    def _role(word):
        return ('leader' if word in _LEADER
            else 'handler' if word in _HANDLER else 'clerk')

    def _letter(self):
        return self.pool.get(LETTER)(self.life.letter)

    def _record(self, of=None):
        letter = self._letter()
        if of == 'letter' or not letter.case:
            return letter
        return self.pool.get(CASE)(letter.case.id)

    def _found(self, name):
        "Return the id of a letter that is akin to the one of the life"
        letter = self._letter()
        Letter = self.pool.get(LETTER)
        if name == 'twin':
            return letter.transferred_to.id
        if name == 'origin':
            return letter.transferred_from.id
        if name == 'whole':
            return letter.part_of.id
        if name.startswith('part'):
            parts = Letter.search(
                [('part_of', '=', letter.id)], order=[('id', 'ASC')])
            return parts[int(name[4:]) - 1].id
        if name == 'higher':
            found, = Letter.search([
                    ('earlier_number', '=', letter.case.number),
                    ('instance', '=', 'overdue')])
            return found.id
        raise NotImplementedError(name)

    def _write(self, role, record, **values):
        with self._as(role):
            record.__class__.write([fresh(record)], values)

    def _wizard(self, name, role, record, state, agency=None, **values):
        "Go through a wizard of one form as a client does"
        Wizard = self.pool.get(name, type='wizard')
        from trytond.transaction import Transaction
        with self._as(role, agency), Transaction().set_context(
                active_model=record.__name__, active_id=record.id,
                active_ids=[record.id]):
            session, start, _ = Wizard.create()
            view = Wizard.execute(session, {}, start)['view']
            form = {
                n: v for n, v in {
                    **view.get('defaults', {}), **view.get('values', {}),
                    **values}.items() if '.' not in n}
            Wizard.execute(session, {start: form}, state)
            Wizard.delete(session)

    def _ground(self, code):
        ground, = self.pool.get('deadlines.ground').search(
            [('code', '=', code)], limit=1)
        return ground.id

    def _number(self, kind):
        self.life.papers += 1
        return f'{self.life.papers}/{kind}'

    # Words

    def _press(self, name, role=None):
        record = self._record(None if name in _OF_CASE else 'letter')
        with self._as(role or self._role(name)):
            getattr(record.__class__, name)([fresh(record)])

    def do_receive(self, argument):
        Letter = self.pool.get(LETTER)
        values = self.life.values(self._id)
        with self._as('clerk', self.life.agency):
            letter, = Letter.create([{'received_on': self.day, **values}])
        self.life.born(letter.id)

    def _id(self, model, code):
        "Return the id of a record by what it is called"
        if model == 'agencies.agency':
            return self.pool.get(model).by_code(code).id
        name = {'escalation.watch': 'name'}.get(model, 'code')
        found, = self.pool.get(model).search([(name, '=', code)], limit=1)
        return found.id

    def do_edit(self, argument):
        "edit:content=…"
        name, _, text = argument.partition('=')
        self._write('clerk', self._record('letter'), **{
                name: text.replace('_', ' ')})

    def do_condition(self, argument):
        "condition:XLD-1=unmet"
        code, _, finding = argument.partition('=')
        letter = self._letter()
        with self._as('clerk'):
            found, = [
                c for c in fresh(letter).conditions
                if c.condition.code == code]
            found.__class__.write([found], {'finding': finding})

    def do_attach(self, argument):
        "attach:name, or attach:copy/name for a working copy"
        kind, _, name = argument.rpartition('/')
        record = self._record()
        with self._as('clerk'):
            self.pool.get('ir.attachment').create([{
                        'resource': str(record), 'name': f'{name}.pdf',
                        'data': PDF, 'working_copy': kind == 'copy'}])

    def do_propose(self, argument):
        "propose:transfer>22057, propose:refuse#KN-11.1"
        proposal, _, agency = argument.partition('>')
        proposal, _, ground = proposal.partition('#')
        letter = self._letter()
        values = {
            'proposal': proposal, 'proposal_note': "Theo quy định",
            'proposed_to': agency and self._id('agencies.agency', agency)
            or None}
        if ground:
            values['grounds'] = [('add', [self._ground(ground)])]
        self._write('clerk', letter, **values)
        self._press('propose')

    def do_outcome(self, argument):
        name = self._letter().proposal
        if name == 'transfer':
            self._write(
                'clerk', self._letter(), outcome_number=self._number('PC'))
        self._press(name, 'leader')

    def _act(self, word, argument):
        "*invite:14 is held in 14 days; *letter.crime is of the letter"
        of, _, name = word[1:].rpartition('.')
        record = self._record(of or None)
        step, = self.pool.get('complaints.procedure.step').search([
                ('procedure', '=', record.procedure.id),
                ('resource', '=', record.__name__), ('name', '=', name)],
            limit=1)
        meeting = None
        if name == 'invite':
            meeting = self.day + dt.timedelta(days=int(argument))
        said = f"Nội dung: {name}."
        if name == 'check_identity':
            sender = record.persons[0].name if record.persons else ''
            said = f"Ông {sender} xác nhận là người viết đơn."
        self._wizard(
            'complaints.act.take', self._role(f'*{name}'), record, 'take',
            step=step.id, day=self.day, number=self._number('TB'),
            text=said, people="Các bên có mặt.", meeting_on=meeting)

    def do_annul(self, argument):
        "annul:report"
        acts = [a for a in self._record().acts if a.name == argument]
        self._wizard(
            'complaints.act.annul', 'leader', acts[-1], 'annul',
            reason="Ghi nhầm")

    def do_team(self, argument):
        self._write('leader', self._record(), team=[('create', [
                        {'name': "Phạm Thị Dung", 'head': True,
                            'impartial': True},
                        {'name': "Lê Văn Em", 'impartial': True}])])

    def do_decide(self, argument):
        "decide:partly"
        self._write(
            'leader', self._record(), result=argument,
            findings="Đã kiểm tra hồ sơ và làm việc với các bên.",
            decision="Theo kết quả xác minh.",
            decision_number=self._number('QĐ-UBND'))
        self._press('decide')

    def do_outcomes(self, argument):
        self._write('clerk', self._record(), outcomes=[('create', [
                        {'kind': 'money_people', 'recommended': 5000000},
                        {'kind': 'land_people', 'recommended': 120,
                            'done': 20, 'done_on': self.day}])])

    def _period(self, name, **values):
        record = self._record()
        kind = {'disciplinary': 'complaint'}.get(record.kind, record.kind)
        ground = _GROUNDS.get((name, kind))
        if ground:
            values['ground'] = self._ground(ground)
            values['grounds'] = [values['ground']]
        self._wizard(
            f'complaints.case.{name}', 'leader', record, 'decide',
            **{'day': self.day, 'document': self._number('QĐ'),
                'reason': "Theo đề nghị", **values})

    def do_suspend(self, argument):
        self._period('suspend')

    def do_resume(self, argument):
        self._period('resume')

    def do_exclude(self, argument):
        "exclude:3 leaves out the last three days"
        self._period(
            'exclude', day=self.day - dt.timedelta(days=int(argument)),
            end=self.day)

    def do_extend(self, argument):
        self._period('extend', length=int(argument))

    def do_withdraw(self, argument):
        "withdraw: a part; withdraw:one is one of many"
        self._period('withdraw', people=[
                p.id for p in self._letter().persons[-1:] if argument])

    def do_terminate(self, argument):
        self._period('terminate')

    def do_reassess(self, argument):
        self._period(
            'reassess', complex=True,
            especially_complex='especially' in argument,
            remote='remote' in argument)

    def do_correct(self, argument):
        "correct:3 was received three days earlier"
        letter = self._letter()
        self._wizard(
            'complaints.letter.correct', 'leader', letter, 'decide',
            received_on=letter.received_on - dt.timedelta(days=int(argument)),
            reason="Dấu đến của bưu điện")

    def do_join(self, argument):
        other = self.pool.get(LETTER)(self.lives[argument].letter)
        self._write(
            'handler', self._letter(), join_case=other.case.id)
        self._press('join')

    def do_earlier(self, argument):
        "earlier:LIFE is what the first instance has settled"
        other = self.pool.get(LETTER)(self.lives[argument].letter)
        self._write(
            'clerk', self._letter(), earlier_number=other.case.number)

    def do_split(self, argument):
        letter = self._letter()
        self._wizard(
            'complaints.letter.split', 'clerk', letter, 'split',
            parts=[{'kind': kind, 'content': f'{letter.content} Phần {i}.'}
                for i, kind in enumerate(argument.split('/'), 1)])

    def do_send_back(self, argument):
        self._write(
            'clerk', self._letter(), return_reason="Không thuộc thẩm quyền")
        self._press('send_back')

    def do_receive_transfer(self, argument):
        Transfer = self.pool.get('routing.transfer')
        transfer, = Transfer.search([
                ('twin', '=', self.life.letter), ('state', '=', 'sent')])
        with self._as('clerk'):
            Transfer.receive([Transfer(transfer.id)])

    def do_rule(self, argument):
        "rule:22057 is the answer of the common superior to a dispute"
        Dispute = self.pool.get('routing.dispute')
        dispute, = Dispute.search([
                ('letter', '=', self.life.letter), ('state', '=', 'open')])
        with self._as('leader', dispute.agency.code):
            Dispute.write([Dispute(dispute.id)], {
                    'decision': self._id('agencies.agency', argument),
                    'decision_number': self._number('CV'),
                    'decision_note': "Theo địa bàn"})
            Dispute.decide([Dispute(dispute.id)])

    def do_assign(self, argument):
        record = self._record()
        handler = self.staff[record.agency.code]['handler']
        self._wizard(
            'routing.assign', 'leader', record, 'assign', handler=handler)

    def do_liken(self, argument):
        first = self.pool.get('likeness.likeness').search(
            [('letter', '=', self.life.letter)], order=[('id', 'ASC')])[0]
        self._wizard(
            'likeness.decide', 'clerk', first, 'settle',
            decision=argument, reason="Đã đối chiếu")

    # What goes up

    def _escalations(self, states):
        record = self._record()
        place = record.__name__.rpartition('.')[2]
        return self.pool.get('escalation.escalation').search([
                (place, '=', record.id), ('state', 'in', states)],
            order=[('id', 'ASC')])

    def do_answer(self, argument):
        "Answer for all that went up; answer:14 promises something"
        for escalation in self._escalations(['open', 'acknowledged']):
            Escalation = escalation.__class__
            values = {'answer': "Đang khẩn trương giải quyết."}
            if argument:
                values['promised_on'] = self.day + dt.timedelta(
                    days=int(argument))
            with self._as('supervisor', '66'):
                Escalation.acknowledge([Escalation(escalation.id)])
            with self._as('leader'):
                Escalation.write([Escalation(escalation.id)], values)
                Escalation.send_answer([Escalation(escalation.id)])

    def do_satisfied(self, argument):
        for escalation in self._escalations(['answered']):
            with self._as('supervisor', '66'):
                escalation.__class__.close([fresh(escalation)])

    def do_take_over(self, argument):
        Escalation = self.pool.get('escalation.escalation')
        offered = Escalation.search([
                ('demand.case', '=', self._record().id),
                ('offered', '=', True)], order=[('id', 'ASC')])[0]
        with self._as('leader', offered.superior.code):
            Escalation.take_over([Escalation(offered.id)])

    def do_urge(self, argument):
        "Urge by a letter, and have it answered"
        Demand = self.pool.get('escalation.demand')
        record = self._record()
        self._wizard(
            'escalation.demand.make', 'supervisor', record, 'make', agency='66',
            kind=argument or 'urge')
        place = record.__name__.rpartition('.')[2]
        demand, = Demand.search([
                (place, '=', record.id), ('state', '=', 'draft'),
                ('kind', '=', argument or 'urge')])
        with self._as('supervisor', '66'):
            Demand.write([Demand(demand.id)], {'number': self._number('CV')})
            Demand.send([Demand(demand.id)])

    def do_answer_urge(self, argument):
        Demand = self.pool.get('escalation.demand')
        record = self._record()
        place = record.__name__.rpartition('.')[2]
        for demand in Demand.search([
                    (place, '=', record.id), ('state', '=', 'sent')]):
            with self._as('leader'):
                Demand.write([Demand(demand.id)], {
                        'answer': "Sẽ xong trong tuần.",
                        'answer_number': self._number('BC')})
                Demand.send_answer([Demand(demand.id)])

    def do_watch(self, argument):
        Watch = self.pool.get('escalation.watch')
        record = self._record()
        place = record.__name__.rpartition('.')[2]
        with self._as('supervisor', '66'):
            Watch.create([{
                        'name': f'Theo dõi {self.life.name}',
                        'agency': self._id('agencies.agency', '66'),
                        'items': [('create', [{
                                        place: record.id,
                                        'level': argument}])]}])

    # Other doors

    def do_visit(self, argument):
        "visit:letter, visit:guided, visit:refused"
        Reception = self.pool.get('reception.reception')
        values = self.life.visit(self._id)
        refused = argument == 'refused'
        if refused:
            values['refusal'] = self._ground('TCD-4.H')
            values['document_number'] = '1/TB'
        else:
            values['result'] = argument
            values['directed_to'] = (
                "Tòa án nhân dân" if argument == 'guided' else None)
        with self._as('clerk', self.life.agency):
            reception, = Reception.create([{**values, 'day': self.day}])
            step = 'refuse' if refused else 'finish'
            getattr(Reception, step)([Reception(reception.id)])
        self.life.reception = reception.id
        letter = Reception(reception.id).letter
        if letter:
            self.life.born(letter.id)

    def do_told(self, argument):
        Reception = self.pool.get('reception.reception')
        with self._as('clerk', self.life.agency):
            Reception.answer([Reception(self.life.reception)])

    def do_import(self, argument):
        from recorded_lives import ROWS
        Letter = self.pool.get(LETTER)
        with self._as('data_officer', '66'):
            self.life.results = Letter.import_rows(
                [dict(row) for row in ROWS], 'so-cu', self.life.agency)
        self.do_row('1')

    def do_row(self, argument):
        self.life.turn_to('row', self.pool.get(LETTER).search(
                [('import_key', '=', argument)])[0].id)

    # Mishaps of the agencies

    def do_away(self, argument):
        "away:leader for a month"
        agency = self.life.agency
        roles = self.staff[agency]
        with self._as('leader', agency):
            self.pool.get('agencies.absence').create([{
                        'agency': self._id('agencies.agency', agency),
                        'user': roles[argument], 'valid_from': self.day,
                        'valid_to': self.day + dt.timedelta(days=30)}])

    def do_merge(self, argument):
        "merge:22051 with the agency of the life"
        Reorganisation = self.pool.get('agencies.reorganisation')
        root = self.pool.get('res.user')(self.staff['CP']['administrator'])
        with self.player.at_client(root):
            change, = Reorganisation.create([{
                        'kind': 'merge', 'day': self.day,
                        'legal_basis': "Nghị quyết 1",
                        'olds': [('create', [
                                    {'agency': self._id(
                                        'agencies.agency', code)}
                                    for code in [self.life.agency, argument]
                                    ])],
                        'news': [('create', [{
                                        'code': '99999',
                                        'name': "UBND xã Mới",
                                        'type': 'commune',
                                        'parent': self._id(
                                            'agencies.agency', '66')}])],
                        }])
            Reorganisation.confirm([Reorganisation(change.id)])
