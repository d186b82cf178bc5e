# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""The roles that a person can hold in an agency.

Each role is a group of access rights of the same name (role.xml); a
membership gives it to a user for one agency and for some time.
"""

ROLES = [
    ('clerk', "Clerk"),
    ('handler', "Handler"),
    ('leader', "Leader"),
    ('supervisor', "Supervisor"),
    ('auditor', "Auditor"),
    ('custodian', "Custodian of Identities"),
    ('data_officer', "Data Officer"),
    ('administrator', "Administrator"),
    ]

# Who works on the letters and cases of the agency.  An administrator does not:
# who administers can not read cases.
WORKING = {'clerk', 'handler', 'leader', 'supervisor', 'auditor',
    'custodian', 'data_officer'}
# What who acts for an absent one may do in his place
DELEGATED = {'clerk', 'handler', 'leader', 'supervisor'}
# What one person alone gives to nobody: who decides, who oversees, who opens
# or proves, who takes in old registers, who gives roles.  What a clerk and a
# handler do waits for one of these.
CONFIRMED = {'leader', 'supervisor', 'auditor', 'custodian', 'data_officer',
    'administrator'}
# Who confirms what another one proposes, in the agency or above it
CONFIRMING = {'leader', 'administrator'}
# Who sees the agencies below as well.
OVERSEEING = {'supervisor', 'auditor'}


def group_xml_id(role):
    return f'agencies.group_{role}'
