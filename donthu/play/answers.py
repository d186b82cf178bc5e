# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What the people say and write where a step asks for it."""

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


def said(record, step, today):
    """Return what an act says: what the book asks for, as Act.said

    record -- a letter or a case
    step -- complaints.procedure.step"""
    found = {
        'number': f'{record.id}/{(step.title or step.name)[:2].upper()}',
        'text': SAID.get(step.name, step.title),
        'people': PEOPLE,
        'meeting': today,
        }
    return {
        {'meeting': 'meeting_on'}.get(ask, ask): found[ask]
        for ask in step.codes(step.asks)}


def written(record, name):
    """Return the fields of the record that a step needs and nobody has filled

    A person writes them before pressing the button."""
    if name == 'propose' and not record.proposal:
        return {
            'proposal': 'guide',
            'proposal_note': "Không đủ điều kiện thụ lý theo quy định"}
    elif name == 'decide':
        values = {
            'result': 'answered'
            if record.kind in {'petition', 'reflection'} else 'partly',
            'decision_number': f'{record.id}/QĐ'}
        return {n: v for n, v in values.items() if not getattr(record, n)}
    return {}


def team():
    "Return the verifiers of a team, who have no interest in the matter"
    return [
        {'name': name, 'head': not number, 'impartial': True}
        for number, name in enumerate(TEAM)]
