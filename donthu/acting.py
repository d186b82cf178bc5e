# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The acts that come before a step, taken as the people of an agency would.

For the demonstration and the simulation: each goes through the same steps
as the clients.
"""
SAID = {
    'check_identity': "Người viết đơn xác nhận là người gửi.",
    'report': "Đã làm rõ từng nội dung; có báo cáo kèm theo.",
    'dialogue': "Các bên trình bày ý kiến; biên bản đã được thông qua.",
    'council': "Hội đồng thống nhất đề xuất.",
    'publish': "Niêm yết tại trụ sở trong 15 ngày.",
    'enforce': "Giao bộ phận chuyên môn tổ chức thi hành.",
    'handle': "Kiểm điểm, rút kinh nghiệm trong cơ quan.",
    'demand_report': "Yêu cầu báo cáo lý do quá thời hạn.",
    'reported': "Đã có báo cáo.",
    }
PEOPLE = "Các bên có mặt đầy đủ theo thành phần được mời."
TEAM = ["Phạm Thị Dung", "Lê Văn Em"]


def clear_way(work, record, name):
    """Take the acts that a step requires and that are not on record yet.

    work -- a function that returns the context of a user with a role
    record -- a letter or a case
    name -- of the step that is about to be taken
    """
    from trytond.pool import Pool
    today = Pool().get('ir.date').today()
    Model = record.__class__
    record = Model(record.id)
    step = record.procedure.step_on(Model.__name__, name, today)
    if not step:
        return
    for requirement in step.requirements():
        if not Model(record.id).meets(requirement):
            clear_way(work, record, requirement.what)
            take(work, Model(record.id), requirement.what)
    if step.team and not record.team:
        with work('leader'):
            Model.write([Model(record.id)], {
                    'team': [('create', [{
                                    'name': person, 'head': not i,
                                    'impartial': True,
                                    } for i, person in enumerate(TEAM)])],
                    })


def too_soon(record):
    "Return if a dialogue today could not have been announced in time"
    from trytond.pool import Pool
    pool = Pool()
    Clock = pool.get('deadlines.clock')
    today = pool.get('ir.date').today()
    step = record.procedure.step_on(record.__name__, 'invite', today)
    notice = step and Clock.period_of(record, step.notice, today)
    return bool(notice and notice.due_on < record.accepted_on)


def take(work, record, name):
    "Record an act today, or a notice in time for a meeting today"
    from trytond.pool import Pool
    today = Pool().get('ir.date').today()
    Model = record.__class__
    step = record.procedure.step_on(Model.__name__, name, today)
    said = {
        'number': f'{record.id}/{step.name[:2].upper()}',
        'text': SAID.get(name, step.title),
        'people': PEOPLE,
        'meeting': today,
        }
    day = today
    if step.notice:
        Clock = Pool().get('deadlines.clock')
        notice = Clock.period_of(record, step.notice, today)
        day = notice.due_on if notice else today
    values = {
        {'meeting': 'meeting_on'}.get(ask, ask): said[ask]
        for ask in step.codes(step.asks)}
    with work('leader' if 'leader' in step.roles else 'clerk'):
        Model.take_act([Model(record.id)], name, day, **values)
