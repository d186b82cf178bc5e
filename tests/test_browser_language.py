# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Who reads only Vietnamese finds no English on the screens.

What can be seen, and what appears under the pointer, is held against all
that the catalogues translate, and against the English words in it.
"""
import re
from functools import cache
from pathlib import Path

import pytest
from sao import TAB, Sao, chromium
from test_language import said

SHOTS = Path(__file__).parents[1] / 'screenshots' / 'language'
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason="Chromium is not installed")]

SEEN = r"""() => {
    const found = new Set([document.title]);
    const shown = e => e && e.getClientRects().length
        && getComputedStyle(e).visibility !== 'hidden';
    const walker = document.createTreeWalker(
        document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (!/^(SCRIPT|STYLE|TEXTAREA)$/.test(parent.tagName)
                && (shown(parent) || (parent.tagName === 'OPTION'
                    && shown(parent.parentElement))))
            found.add(walker.currentNode.data);
    }
    for (const e of document.querySelectorAll(
            '[title], [placeholder], [aria-label], [alt]'))
        if (shown(e))
            for (const a of ['title', 'placeholder', 'aria-label', 'alt'])
                found.add(e.getAttribute(a) || '');
    return [...found].map(t => t.replace(/\s+/g, ' ').trim())
        .filter(t => t);
}"""
# Names, and words that Vietnamese has taken over
TAKEN = {
    'donthu', 'tryton', 'sms', 'xml', 'csv', 'pyson', 'html', 'json', 'rest',
    'cookie', 'email', 'edxml', 'postgresql', 'genshi', 'libreoffice'}


# Records of Tryton whose name is not translated, and a language that is
# offered by the name that it has itself
DATA = {'Administration', 'Administrator', 'English'}
# Keys, and what the trail says was written: the values as they are stored
AS_IT_IS = re.compile(r'(?:\w+\+)+\w+|.*→.*')


def words(text):
    return re.findall(r"[^\W\d_]{3,}", text.casefold())


@cache
def catalogue():
    """Return (the English sentences, patterns of those with values, the
    English words that are no Vietnamese ones)"""
    english, vietnamese = set(), set()
    for _, entry, text in said():
        english.update(filter(None, [entry.msgid, entry.msgid_plural]))
        vietnamese.add(text)
    clean = {re.sub(r'\s+', ' ', text).strip() for text in english}
    sentences = {
        text for text in clean - vietnamese if len(text) > 1}
    patterns = []
    for text in sentences:
        parts = re.split(r'%\(\w+\)\w|%\w|\$\{[^}]*\}', text)
        if len(parts) > 1 and len(words(' '.join(parts))) > 0:
            patterns.append(re.compile('.+'.join(map(re.escape, parts))))
    known = {w for text in english for w in words(text)}
    known -= {w for text in vietnamese for w in words(text)}
    return sentences, patterns, known - TAKEN


def in_english(text):
    "Tell if a text is one that is to be translated, or holds English words"
    sentences, patterns, known = catalogue()
    if text in DATA or AS_IT_IS.fullmatch(text):
        return False
    text = text.replace('_', '') if text.count('_') == 1 else text
    return (text in sentences
        or any(p.fullmatch(text) for p in patterns)
        # a name may have one
        or sum(word in known for word in words(text)) > 1)


class Reader:
    "Reads what a browser shows"

    def __init__(self, sao):
        self.sao = sao
        self.found = set()
        self.read_so_far = set()

    def read(self, name):
        texts = set(self.sao.page.evaluate(SEEN)) - self.read_so_far
        self.read_so_far |= texts
        found = {(name, text) for text in texts if in_english(text)}
        if found:
            self.sao.shot(f'english-{len(self.found)}')
        self.found |= found
        return self

    def call(self, method):
        self.sao.page.evaluate(
            f'() => {{ Sao.Tab.tabs.get_current().{method}(); }}')
        self.sao.idle()
        self.read(method)

    def leave(self, button='.modal-footer button'):
        "Leave the dialogs that are open, by their first button"
        page = self.sao.page
        while page.locator('.modal.in').count():
            page.locator('.modal.in').last.locator(button).locator(
                'visible=true').first.click()
            self.sao.idle()


@pytest.mark.parametrize('text', [
        "Save", "All Notifications...", "Attachment (3)", "_Save",
        "You have to select one record.", "Unknown Thing to translate",
        "Keyboard shortcuts", "Attachment"])
def test_english_is_found(text):
    "Test the tests below see what they look for"
    assert in_english(text)


@pytest.mark.parametrize('text', [
        "Lưu", "Tệp đính kèm (3)", "ID", "Donthu", "UBND xã Sơn Thành",
        "22250-D-2026-000028-02", "ctrl+shift+d", "Nguyễn Thị An"])
def test_vietnamese_is_not(text):
    assert not in_english(text)


def read_list(reader):
    "Read what surrounds a list"
    sao, page = reader.sao, reader.sao.page
    reader.read('list')
    page.locator(f'{TAB} .toolbar ~ * .filter-box button, '
        f'{TAB} .filter-box button').locator('visible=true').first.click()
    sao.idle()
    reader.read('filter')
    page.keyboard.press('Escape')
    sao.idle()
    page.locator(f'{TAB} a.navbar-brand.dropdown-toggle').first.click()
    sao.idle()
    reader.read('menu of the tab')
    page.keyboard.press('Escape')
    sao.idle()
    for method in ['export', 'import']:
        reader.call(method)
        reader.leave()


def read_form(reader):
    sao, page = reader.sao, reader.sao.page
    sao.open_row(0)
    pages = page.locator(f'{TAB} .form-notebook').first.locator(
        'ul.nav-tabs').first.locator('> li > a')
    for number in range(pages.count()):
        if pages.nth(number).is_visible():
            pages.nth(number).click()
            sao.idle()
            reader.read(f'page {number}')
    for menu in ['action', 'relate', 'print', 'attach']:
        button = page.locator(f'{TAB} .toolbar button#{menu}')
        if button.is_enabled():
            button.click()
            sao.idle()
            reader.read(menu)
            page.keyboard.press('Escape')
            sao.idle()
    for method in ['logs', 'note']:
        reader.call(method)
        reader.leave()


def read_warnings(reader):
    "Read what is said where something is missing, changed, or to be deleted"
    sao, page = reader.sao, reader.sao.page
    sao.new().save()
    reader.read('required')
    page.evaluate('() => { Sao.Tab.tabs.get_current().reload(true); }')
    sao.idle()
    reader.read('modified')
    reader.leave('.btn-link')
    sao.close_tabs()


def read_user(reader):
    sao, page = reader.sao, reader.sao.page
    page.evaluate("() => { jQuery('#user-preferences > a').click(); }")
    sao.idle()
    reader.read('menu of the user')
    page.keyboard.press('Escape')
    page.keyboard.press('F1')
    sao.idle()
    reader.read('shortcuts')
    page.locator('.modal.in .close').last.click()
    sao.idle()
    page.evaluate('() => { Sao.preferences(); }')
    sao.idle()
    tabs = sao.scope.locator('ul.nav-tabs > li > a')
    for number in range(tabs.count()):
        tabs.nth(number).click()
        sao.idle()
        reader.read(f'preferences {number}')


def test_clerk(run_demo):
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS / 'clerk', size=(1366, 768)) as sao:
        reader = Reader(sao)
        sao.page.goto(demo.url)
        sao.page.locator('.login-dialog #login').wait_for()
        sao.idle()
        reader.read('log in')
        assert sao.page.title() == 'Donthu'
        sao.shot('login')
        sao.login('vanthu.xa', demo.passwords['vanthu.xa'])
        assert sao.page.title().endswith('Donthu')
        reader.read('home')
        for expander in range(3):
            closed = sao.page.locator('#menu .expander img:visible')
            if expander < closed.count():
                closed.nth(expander).click()
                sao.idle()
        reader.read('menu')
        sao.close_tabs()
        sao.page.reload()
        sao.page.wait_for_selector('#menu .treeview tbody tr')
        sao.idle()
        sao.open_menu('Đơn thư', 'Tất cả đơn')
        read_list(reader)
        sao.shot('list')
        read_form(reader)
        sao.shot('form')
        read_warnings(reader)
        read_user(reader)
        sao.shot('preferences')
        assert len(reader.read_so_far) > 300
        assert reader.found == set()
        assert sao.errors == []
    demo.end()


def test_administrator(run_demo):
    "Test Tryton's own screens, which only an administrator opens"
    demo = run_demo()
    with Sao(demo.url, shots=SHOTS / 'admin', size=(1366, 768)) as sao:
        reader = Reader(sao)
        sao.login('admin', demo.passwords['admin'])
        for model in ['res.user', 'res.group', 'ir.cron', 'ir.lang',
                'ir.model.access', 'ir.rule.group', 'ir.sequence',
                'ir.email.template', 'country.country']:
            sao.page.evaluate(
                "([model]) => Sao.Tab.create({model: model, "
                "mode: ['tree', 'form']})", [model])
            sao.idle()
            reader.read(f'{model} list')
            sao.new()
            reader.read(f'{model} form')
        assert len(reader.read_so_far) > 300
        assert reader.found == set()
        assert sao.errors == []
    demo.end()
