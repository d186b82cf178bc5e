# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""What a server answers, and how it is told."""
import xmlrpc.client

from donthu.errors import explain


def guard(value):
    "Return a cell that a spreadsheet will not take for a formula"
    if isinstance(value, str) and value.startswith(('=', '+', '-', '@')):
        return "'" + value
    return value


def message(error):
    "Return what an error of the server says"
    text = getattr(error, 'message', None) or str(error)
    if fault := getattr(error, 'faultString', None):
        text = fault
    # Tryton writes a dash before a description that there is not
    return ' '.join(str(text).split()).removesuffix(' -')


def is_said(error):
    "Tell if the server means it, and did not just fail"
    if isinstance(error, xmlrpc.client.Fault):
        return error.faultCode != 255
    return explain(error) is not None


def is_refusal(error):
    "Tell if the server refuses the whole import, and not a row"
    return 'RoleError' in type(error).__name__ or 'vai trò' in message(error)
