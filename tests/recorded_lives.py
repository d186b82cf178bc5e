# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The lives that are recorded: what is done with each letter, word by word.

A life is a line of words (see recorded_clerk).  A blank is the next working
day, a comma the same day, `+9` nine days later; `!` must be refused.
"""
import random
import zlib

XA, XA2, XA3, XA4, XA5 = '22250', '22015', '22045', '22051', '22057'
TINH = '66'
PLACES = {
    'KN1': ('complaint', '1'), 'KN2': ('complaint', '2'),
    'KL1': ('disciplinary', '1'), 'KL2': ('disciplinary', '2'),
    'TC1': ('denunciation', '1'), 'TC2': ('denunciation', '2'),
    'TCq': ('denunciation', 'overdue'),
    'KT': ('petition', '1'), 'PA': ('reflection', '1')}
COMPLAINTS = ['KN1', 'KN2', 'KL1', 'KL2']
DENUNCIATIONS = ['TC1', 'TC2', 'TCq']
OTHERS = ['KT', 'PA']
IN = 'receive,register classify'


def approved(place, proposal='accept'):
    "Return how a classified letter comes to the outcome of a proposal"
    words = f'propose:{proposal} approve'
    if place in DENUNCIATIONS:
        words = f'*check_identity {words}'
    if place == 'TCq' and proposal == 'accept':
        words += ',*demand_report +4 *reported'
    return f'{words} outcome'


def accepted(place):
    return f'{IN} {approved(place)}'


def verified(place):
    "Return how an accepted case is verified"
    if place in OTHERS:
        return 'verify +5'
    if place in DENUNCIATIONS:
        return ('team,*notify_denouncer,*notify_accused verify,*plan +12 '
            '*explanation,*minutes *report')
    council = ' *council' if place in {'KL1', 'KL2'} else ''
    return f'verify,*plan +5 *report,*invite:14 +16 *dialogue{council}'


def settled(place, result=None):
    "Return how a verified case is decided and comes to its end"
    if place in OTHERS:
        return f'decide:{result or "answered"} send +2 close'
    if place in DENUNCIATIONS:
        return (f'decide:{result or "partly"} send *publish *handle +9 '
            '*follow close')
    enforced = ' *enforce,outcomes +5 *follow' if result != 'wrong' else ''
    published = (
        'send +50 *publish' if place in {'KL1', 'KL2'}
        else 'send *publish +50')
    return f'decide:{result or "partly"} {published}{enforced} close'


def straight(place, result=None):
    return ' '.join([
            accepted(place), verified(place), settled(place, result)])


def lives():
    "Return {name: (place, line, values)} of all lives"
    found = {}

    def live(name, place, line, **values):
        assert name not in found
        found[name] = (place, line, values)

    for place in PLACES:
        live(f'{place} straight', place, (
                accepted(place) if place in {'KL2', 'TC2'}
                else straight(place)))
    _crooked(live)
    _periods(live)
    _others(live)
    _moved(live)
    _late(live)
    _secret(live)
    _doors(live)
    return found


def _crooked(live):
    for place, ground in [
            ('KN1', 'KN-11.4'), ('KN2', 'KN-11.6'), ('KL1', 'KN-11.1'),
            ('TC1', 'TC-29.A'), ('TC2', 'TC-37.2')]:
        live(f'{place} refused', place,
            f'{IN} {approved(place, f"refuse#{ground}")}')
    for place in ['KN1', 'TC2', 'PA']:
        live(f'{place} guided', place, f'{IN} {approved(place, "guide")}')
    for place in ['KN1', 'KL2', 'TC1', 'KT']:
        live(f'{place} supplemented', place, f'{IN} '
            f'{approved(place, "supplement")} +6 *receipt,supplemented '
            f'propose:accept approve outcome')
    for place, ground in [
            ('KN1', '#XLD-6.B'), ('TC1', '#XLD-24.3'), ('KT', '#XLD-26.1'),
            ('PA', '')]:
        live(f'{place} filed', place,
            f'{IN} {approved(place, f"file{ground}")}')
    live('KN1 revised', 'KN1', f'{IN} propose:guide revise '
        f'{approved("KN1")} verify decide:right send +50 *publish,*enforce '
        'close')
    live('KN1 corrected', 'KN1', f'{IN},correct:3 {approved("KN1")}')
    live('TC1 corrected', 'TC1', f'receive,register +2 correct:6 classify '
        f'{approved("TC1")}')
    live('KN1 corrected early', 'KN1', 'receive,register !correct:-30')
    for place in ['KN1', 'TC1']:
        live(f'{place} joined', place,
            f'+20 {IN} join:{place}_straight', like=f'{place} straight')
    live('KT joined early', 'KT', '+9 receive,register join:KT_long')
    live('KT long', 'KT', f'{accepted("KT")} verify +60 '
        f'{settled("KT")}')
    live('KN1 split', 'KN1', 'receive,attach:Đơn,register '
        'split:complaint/denunciation/petition @part1 classify '
        f'{approved("KN1")} @whole @part2 classify {approved("TC1")}')
    live('TC1 split', 'TC1', 'receive,attach:Đơn,register '
        'split:denunciation/denunciation @part2 classify '
        f'{approved("TC1", "guide")}', respondent="Lê Văn Sáu",
        respondent_role='staff', people_count=2)
    live('KN1 hasty', 'KN1', 'receive !classify register !approve classify '
        f'{approved("KN1")} !send verify !decide:wrong '
        f'!close *report !*dialogue')
    live('TC1 hasty', 'TC1', f'{IN} propose:accept approve !outcome '
        '*check_identity outcome !verify team !verify *notify_denouncer,'
        '*notify_accused verify !decide:right')
    live('KT hasty', 'KT', f'{IN} !outcome !correct:-9 !send_back '
        '!revise')


def _periods(live):
    def matter(place, words, then=''):
        return f'{accepted(place)} {words} {then}'

    team = {'TC1': 'team,*notify_denouncer,*notify_accused '}
    for place in ['KN1', 'KL1', 'TC1']:
        verify = f'{team.get(place, "")}verify'
        live(f'{place} suspended', place, matter(
                place, 'suspend notify +20 resume',
                f'{verify} suspend,notify +9 resume'))
        live(f'{place} reassessed', place, matter(
                place, 'reassess:remote', verify),
            respondent="Phòng Tài nguyên")
    for place in ['KN2', 'TC2']:
        live(f'{place} terminated', place, matter(
                place, 'terminate notify +2 close'))
    live('KL2 terminated while suspended', 'KL2', matter(
            'KL2', 'suspend +5 terminate notify close'))
    live('TC1 extended', 'TC1', matter(
            'TC1', f'{verified("TC1")} extend:30 !extend:30 +20',
            'decide:right send'), complex=True)
    live('TC1 extended twice', 'TC1', matter(
            'TC1', f'{verified("TC1")} extend:30 extend:20 !extend:10',
            'decide:knowingly_false send *publish *handle close'),
        complex=True,
        especially_complex=True)
    live('TC1 not extended', 'TC1', matter('TC1', '!extend:30'))
    live('TC1 excluded', 'TC1', matter(
            'TC1', f'{verified("TC1")} +5 exclude:4'))
    live('KN1 withdrawn', 'KN1', matter(
            'KN1', 'verify withdraw', '+3 terminate notify close'))
    live('TC1 withdrawn', 'TC1', matter(
            'TC1', 'withdraw'))
    live('KN1 one of two withdraws', 'KN1', matter(
            'KN1', 'withdraw:one'), more_persons=1,
        people_count=2)


def _others(live):
    live('KN1 before the law of July', 'KN1', straight('KN1'), start=-120)
    live('TC1 across July', 'TC1', straight('TC1'), start=-20)
    live('KN1 not suspended before July', 'KN1',
        f'{accepted("KN1")} !suspend', start=-60)
    live('KN1 contested', 'KN1', f'{accepted("KN1")} {verified("KN1")} '
        'decide:wrong send +9 *complained !*enforce close')
    live('KN1 taken up', 'KN1', f'{accepted("KN1")} {verified("KN1")} '
        'decide:wrong send +40')
    live('KN2 takes up', 'KN2', f'+45 receive,earlier:KN1_taken_up,register '
        f'classify {approved("KN2")}', agency=TINH,
        respondent_agency=XA, known_on='2026-08-10')
    live('TCq takes up', 'TCq', f'+25 receive,earlier:TC1_lying,register '
        f'classify {approved("TCq")}', agency=TINH, respondent_agency=XA)
    live('TC1 lying', 'TC1', accepted('TC1'))
    live('KN1 withheld', 'KN1', f'{accepted("KN1")} *withhold verify '
        '*report,*invite:14 +16 *dialogue decide:right !send *restore send '
        '*publish')
    live('KN1 annulled', 'KN1', f'{accepted("KN1")} verify,*plan annul:plan '
        f'*plan +3 *report,*invite:14 !annul:verify +16 *dialogue '
        '!annul:invite decide:partly send *publish annul:publish *publish')
    live('TCq annulled', 'TCq', f'{IN} *check_identity,*demand_report '
        'annul:demand_report +2 *demand_report +3 *reported,annul:reported '
        '*reported propose:accept approve outcome')
    live('KN1 expertise', 'KN1', f'{accepted("KN1")} verify *expertise '
        f'!*dialogue +9 *opinion *request +3 *supplied *sued *crime '
        '*hand_over')
    live('TC1 crime', 'TC1', f'{IN} *alarm *letter.crime *receipt '
        f'{approved("TC1")} assign')
    for place, forwarder in [
            ('KN1', 'deputy'), ('KN1', 'front'), ('TC1', 'deputy'),
            ('TC1', 'press'), ('KT', 'agency')]:
        end = {
            'KN1': '*letter.answer_forwarder verify decide:right send '
            '*publish *answer_forwarder',
            'TC1': '*letter.answer_forwarder'
            + (f' {verified("TC1")} decide:right send *publish *handle '
                '*answer_forwarder' if forwarder == 'deputy' else ''),
            'KT': f'*letter.answer_forwarder {verified("KT")} '
            f'{settled("KT")}'}[place]
        live(f'{place} forwarded by {forwarder}', place,
            f'{accepted(place)} {end}', channel='forwarded',
            forwarded_by="Nơi chuyển", forwarder=forwarder)
    for people, persons in [(2, 0), (5, 1), (12, 3)]:
        live(f'KN1 of {people}', 'KN1', accepted('KN1'),
            people_count=people, representatives=persons)
    live('KT of 7 without a representative', 'KT',
        f'{IN} propose:accept approve !outcome', people_count=7)
    live('KN1 obstacles', 'KN1', accepted('KN1'), known_on='2026-03-02',
        contested_number='12/QĐ-UBND', contested_on='2026-03-01',
        obstacles=('2026-04-01', '2026-06-20'))
    live('KN1 late', 'KN1', f'{IN} condition:XLD-2=unmet '
        '!propose:accept edit:note=Thiếu_ngày propose:guide',
        known_on='2025-01-02')
    live('KN1 repeated', 'KN1', f'+25 {IN} propose:guide approve !outcome',
        like='KN1 guided')
    live('KN1 repeated elsewhere', 'KN1', f'+28 {IN} liken:repeated',
        like='KN1 guided', agency=XA2)
    live('KN1 similar', 'KN1', f'+25 {IN} liken:ignored',
        like='KN1 supplemented')
    live('KT similar', 'KT', f'+9 {IN} liken:linked', like='KT supplemented')


def _moved(live):
    for place in ['KN1', 'TC1', 'KT']:
        live(f'{place} transferred', place,
            f'receive,attach:Đơn,register classify '
            f'{approved(place, f"transfer>{XA5}")} @twin register classify '
            f'{approved(place)} assign')
        live(f'{place} sent back', place,
            f'{IN} {approved(place, f"transfer>{TINH}")} @twin '
            f'receive_transfer classify send_back @origin +2 '
            f'{approved(place).removeprefix("*check_identity ")}')
        live(f'{place} refused twice', place, f'{IN} '
            f'{approved(place, f"transfer>{XA5}")} @twin send_back @origin '
            f'propose:transfer>{TINH} approve outcome @twin register '
            f'send_back @origin +3 rule:{XA}')
    live('KN1 on its way', 'KN1', f'{IN} '
        f'{approved("KN1", f"transfer>{TINH}")} @twin +30 receive_transfer',
        respondent_agency=TINH)
    live('TC1 goes on', 'TC1', f'{IN} '
        f'{approved("TC1", f"transfer>{TINH}")} @twin register,classify '
        f'*check_identity propose:transfer>{XA5} approve outcome @twin '
        'register')
    live('PA disputed', 'PA', f'{IN},dispute +3 rule:{XA5}')
    live('TC1 about the head', 'TC1', 'receive,attach:Đơn,register +2 @twin '
        f'register classify {approved("TC1")}', respondent="Chủ tịch xã",
        respondent_role='head', respondent_agency=XA)
    live('TC1 about the head, split', 'TC1', 'receive,attach:Đơn,register,'
        'split:denunciation/petition +9', respondent="Chủ tịch xã",
        respondent_role='head', respondent_agency=XA)
    live('TC1 about the handler', 'TC1', f'{IN} {approved("TC1")}',
        respondent="Handler Xa", respondent_role='staff',
        respondent_agency=XA)
    live('TC1 about two', 'TC1', f'{IN} {approved("TC1", "transfer>66")} '
        '@twin register', respondent="Lê Văn Sáu", respondent_role='staff',
        respondent_agency=XA, respondents=True)
    live('KN1 of the merged', 'KN1', accepted('KN1'), agency=XA3)
    live('KT of the merged', 'KT', 'receive,register +25 classify',
        agency=XA3)
    live('TC1 of the merged', 'TC1', f'{accepted("TC1")} +3 '
        f'merge:{XA4}', agency=XA3)


def _late(live):
    for place in ['KN1', 'TC1', 'KT', 'KL1']:
        live(f'{place} received and left', place, 'receive +30 register')
        live(f'{place} registered and left', place, 'receive,register')
        live(f'{place} accepted and left', place, accepted(place))
    live('KN1 answered for', 'KN1', f'{accepted("KN1")} assign +40 answer +9 '
        'satisfied')
    live('KN1 promised', 'KN1', f'{accepted("KN1")} +35 answer:10 +20 '
        'verify')
    live('KN1 urged', 'KN1', f'{accepted("KN1")} +35 urge +3 answer_urge')
    live('TC1 reported', 'TC1', f'{accepted("TC1")} +35 urge:report +9 '
        'answer_urge')
    live('TC1 taken over', 'TC1', f'{accepted("TC1")} +35 urge:report +30 '
        f'take_over @higher register classify {approved("TCq")}')
    live('KN1 where nobody leads', 'KN1', 'receive,register classify',
        agency=XA2)
    live('KT where the leader is away', 'KT',
        f'+30 {IN},away:leader +20 propose:guide')
    live('KN1 watched', 'KN1', f'{accepted("KN1")} watch:special')
    live('KT watched', 'KT', f'{IN} watch:attention')


def _secret(live):
    live('KN1 secret', 'KN1', f'{accepted("KN1")} {verified("KN1")}',
        secrecy=True)
    live('KT becomes a denunciation', 'KT',
        'receive,attach:Đơn,register edit:kind=denunciation classify '
        f'{approved("TC1")}')
    live('TC1 with attachments', 'TC1', 'receive,attach:Đơn,'
        f'attach:copy/Trích,register classify {approved("TC1")} '
        'attach:Biên_bản')
    live('TC1 anonymous', 'TC1', f'{IN} propose:file#XLD-24.3 approve '
        'outcome', anonymous=True, nobody=True)
    live('KN1 nobody', 'KN1', 'receive !register', nobody=True)
    live('TC1 names itself', 'TC1', accepted('TC1'), signed=True)


def _doors(live):
    live('KN1 visitor', 'KN1', 'visit:letter told register classify '
        f'{approved("KN1")}')
    live('TC1 visitor', 'TC1', 'visit:letter register classify', signed=True)
    live('KT visitor', 'KT', 'visit:guided +2 told')
    live('PA visitor', 'PA', 'visit:refused told')
    live('KT visitor left', 'KT', 'visit:letter')
    live('register of old', 'KN1', 'import +2 import row:9 +1 reopen '
        f'classify {approved("KT")} row:2 assign verify '
        f'row:12 classify {approved("TC1")}')


# What is in the old register
def _row(key, kind, **values):
    return {
        'key': str(key), 'row': key, 'received_on': '2026-05-04',
        'kind': kind, 'content': text(f'row {key}'),
        'name': person(f'row {key}')[0], 'address': "Thôn 2", **values}


def _rows():
    kinds = ['complaint', 'denunciation', 'petition', 'reflection']
    yield _row(1, 'complaint')
    yield _row(2, 'complaint', handling='accept', accepted_on='2026-05-11')
    yield _row(3, 'complaint', handling='accept', accepted_on='2026-05-11',
        decided_on='2026-06-08', result='wrong', decision_number='9/QĐ')
    yield _row(4, 'denunciation', handling='accept', complex=True,
        accepted_on='2026-05-11')
    yield _row(5, 'denunciation', handling='accept',
        accepted_on='2026-05-11', decided_on='2026-06-08')
    yield _row(6, 'petition', handling='transfer', handled_by="Sở Xây dựng")
    yield _row(7, 'reflection', handling='guide')
    yield _row(8, 'petition', handling='file', anonymous=True, name=None)
    yield _row(9, 'petition', handling='historical')
    yield _row(10, 'disciplinary', handling='historical',
        channel='post', people_count=7)
    yield _row(11, 'complaint', instance=2, remote=True)
    yield _row(12, 'denunciation', note="Đơn photo", field='land')
    yield _row(13, 'complaint', content=text('row 1'),
        name=person('row 1')[0])
    yield _row(14, 'complaint', received_on='2027-12-31')
    yield _row(15, 'letter')
    yield _row(16, 'petition', content='')
    yield _row(17, 'complaint', handling='accept')
    yield _row(1, 'petition')
    for i in range(20, 32):
        yield _row(i, kinds[i % 4], handling=[
                '', 'guide', 'historical'][i % 3])


_WORDS = (
    "đất ruộng đường mương nhà vườn ranh giới hồ sơ quyết định bồi thường "
    "thu hồi giá hỗ trợ tái định cư giấy chứng nhận thửa bản đồ đo đạc trợ "
    "cấp lương hưu học phí bệnh viện trường lớp chợ bến xe cầu cống điện "
    "nước rác khói bụi tiếng ồn xây dựng phép cấp thuế phí lệ biên lai cán "
    "bộ thôn buôn tổ dân phố họp dân quỹ đóng góp danh sách hộ nghèo bảo "
    "hiểm thanh tra kiểm tra xử phạt cưỡng chế tháo dỡ lấn chiếm").split()


def _generator(name):
    return random.Random(zlib.crc32(name.encode()))     # noqa: S311


def text(name):
    "Return what a letter says, another for each name"
    generator = _generator(f'text {name}')
    return ' '.join(generator.choice(_WORDS) for _ in range(18))


def person(name):
    "Return the name and the identity number of who writes"
    generator = _generator(f'person {name}')
    surname, middle = (generator.choice(words.split()) for words in [
            "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi",
            "Văn Thị Hữu Đức Ngọc Minh"])
    return (f'{surname} {middle} {_word(generator)}',
        f'066{generator.randrange(10 ** 9):09d}')


def _word(generator):
    return (generator.choice("BCDGHKLMNPQTVX")
        + generator.choice("aeiou") + generator.choice("nmt")
        + generator.choice(["", "h", "g"]))


ROWS = list(_rows())
