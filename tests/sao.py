# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Drive the Tryton web client in headless Chromium as a person does.

Fields and buttons are named by their names, which do not depend on the
language of the user.  Each wait is on a condition, none on a time.
"""
import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FLAGS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic',
    '--disable-dev-shm-usage', '--no-first-run',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--hide-scrollbars',
    ]
TAB = '#tabcontent > .tab-pane.active'

# true when nothing is loading
IDLE = r"""() => {
    if (document.readyState !== 'complete') return false;
    if (typeof jQuery === 'undefined' || typeof Sao === 'undefined')
        return false;
    let active = jQuery.active;
    const bus = Sao.Bus && Sao.Bus.request;
    if (bus && bus.state && bus.state() === 'pending') active -= 1;
    const busy = active > 0 || jQuery('#processing:visible').length
        || jQuery('.modal.fade:visible').not('.in').length
        || jQuery('.collapsing').length || jQuery(':animated').length;
    // deferred callbacks start the next call: quiet has to last
    const now = Date.now();
    if (busy) { window._quiet = null; return false; }
    window._quiet = window._quiet || now;
    return now - window._quiet > 350;
}"""


def chromium():
    "Return the path of a Chromium, or None"
    for name in ['chromium', 'chromium-browser', 'google-chrome']:
        if path := shutil.which(name):
            return path


class Sao:

    def __init__(self, url, shots=None, timeout=40, size=(1400, 900)):
        self.url = url
        self.shots = Path(shots) if shots else None
        self.number = 0
        self._playwright = sync_playwright().start()
        self.browser = self._playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS)
        self.context = self.browser.new_context(
            viewport={'width': size[0], 'height': size[1]},
            locale='vi-VN', accept_downloads=True)
        self.context.set_default_timeout(timeout * 1000)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on('pageerror', lambda e: self.errors.append(str(e)))

    def __enter__(self):
        return self

    def __exit__(self, type, value, traceback):
        if value is not None and self.shots:
            self.shot('failure')
        self.context.close()
        self.browser.close()
        self._playwright.stop()

    def idle(self):
        self.page.evaluate('() => { window._quiet = null; }')
        self.page.wait_for_function(IDLE, polling=50)
        return self

    def login(self, login, password):
        page = self.page
        page.goto(self.url)
        page.locator('.login-dialog #login').fill(login)
        page.locator('.login-dialog button[type=submit]').click()
        entry = page.locator('.ask-dialog.in #ask-dialog-entry')
        entry.fill(password)
        page.locator('.ask-dialog.in .btn-primary').click()
        page.wait_for_selector('#menu .treeview tbody tr')
        return self.idle()

    def logout(self):
        self.close_tabs()
        self.page.evaluate('() => { Sao.logout(); }')
        self.page.wait_for_selector('.login-dialog #login')
        # a new person starts at a new page
        self.page.goto('about:blank')
        return self

    @property
    def scope(self):
        "The dialog on top if there is one, else the current tab"
        dialogs = self.page.locator('.modal.in')
        if dialogs.count():
            return dialogs.last
        return self.page.locator(TAB)

    def menu(self):
        "Return the labels of the rows of the menu that can be seen"
        return self.page.eval_on_selector_all(
            '#menu .treeview tbody tr .column-char',
            'cells => cells.map(c => c.title)')

    def open_menu(self, *labels):
        page = self.page
        for depth, label in enumerate(labels):
            row = page.locator(
                '#menu .treeview tbody tr', has=page.locator(
                    f'.column-char[title="{label}"]'))
            row = row.last if depth else row.first
            if depth == len(labels) - 1:
                row.locator('.column-char').click()
            else:
                following = page.locator(
                    f'#menu .column-char[title="{labels[depth + 1]}"]')
                if not following.count():
                    row.locator('.expander img').click()
                    following.first.wait_for()
            self.idle()
        return self

    def new(self):
        self.page.locator(f'{TAB} .toolbar button#new_').click()
        return self.idle()

    def save(self):
        self.page.locator(f'{TAB} .toolbar button#save').click()
        return self.idle()

    def close_tabs(self):
        while self.page.locator('#tablist > li').count():
            self.page.evaluate('() => { Sao.Tab.tabs.get_current().close(); }')
            self.idle()
            leave = self.page.locator(
                '.confirmation-dialog.in .modal-footer .btn-default')
            if leave.count():
                leave.first.click()
                self.idle()
        return self

    def widget(self, name):
        return self.scope.locator(
            f'input[name="{name}"], select[name="{name}"], '
            f'textarea[name="{name}"]').locator('visible=true').first

    def set(self, name, value):
        """Set a field: the key of a selection, True or False, the text to
        complete a relation with, else text as it is typed"""
        widget = self.widget(name)
        tag = widget.evaluate('e => e.tagName')
        if tag == 'SELECT':
            # its choices come from the server
            self.page.wait_for_function(
                'e => e.options.length', arg=widget.element_handle())
            found = widget.evaluate(
                """(el, value) => {
                    for (const o of el.options) {
                        let key = o.value;
                        try { key = JSON.parse(o.value); } catch (e) {}
                        if (key === value || o.text === value) {
                            jQuery(el).val(o.value).trigger('change');
                            return true;
                        }
                    }
                    return Array.from(el.options).map(o => o.text);
                }""", value)
            assert found is True, (name, value, found)
        elif widget.get_attribute('type') == 'checkbox':
            widget.set_checked(value)
        else:
            relation = widget.evaluate(
                "e => jQuery(e).closest('.form-many2one').length")
            widget.click()
            widget.fill('')
            widget.press_sequentially(str(value))
            if relation:
                self.scope.locator(
                    '.dropdown.open .dropdown-completion '
                    'li.completion a').first.click()
            widget.evaluate(
                "e => { e.dispatchEvent(new Event('change', {bubbles: true}));"
                " document.activeElement.blur(); }")
        return self.idle()

    def page_of(self, number):
        "Show a page of the notebook, counted from 0"
        self.scope.locator('ul.nav-tabs > li > a').locator(
            'visible=true').nth(number).click()
        return self.idle()

    def button(self, name):
        """Click a button by its name and confirm what it asks

        What is not used each day lies in a drawer, which is opened."""
        buttons = self.scope.locator(f'button[name="{name}"]')
        shown = buttons.locator('visible=true')
        drawer = self.scope.locator(
            '.form-group-expandable',
            has=self.page.locator(f'button[name="{name}"]')).locator(
            'visible=true')
        if not shown.count() and drawer.count():
            drawer.first.locator('.panel-title a').first.click()
            self.idle()
        shown.first.click()
        self.idle()
        confirm = self.page.locator(
            '.confirmation-dialog.in .modal-footer .btn-primary')
        if confirm.count():
            confirm.first.click()
            self.idle()
        return self

    def print(self, label):
        "Choose a print of the toolbar; return the name and bytes of the file"
        with self.page.expect_download() as download:
            self.scope.locator(
                'button:has(img[title="Print"]), button[title^="Print"], '
                '#print').locator('visible=true').first.click()
            self.scope.locator('.dropdown-menu a, .dropdown-menu li').locator(
                'visible=true').filter(has_text=label).first.click()
        file = download.value
        return file.suggested_filename, Path(file.path()).read_bytes()

    def finish(self):
        "Click the default button of the wizard on top"
        self.scope.locator('.modal-footer .btn-primary').locator(
            'visible=true').first.click()
        return self.idle()

    def rows(self):
        "Return the texts of the list that is shown, row by row"
        return self.page.evaluate(
            """root => jQuery(root).find('.treeview:visible').first()
                .find('> table.tree > tbody > tr').toArray().map(r =>
                    jQuery(r).find('> td:visible').toArray().map(c =>
                        jQuery(c).find('.widget').toArray().map(w => {
                            const i = jQuery(w).find('input').first();
                            return i.length ? i.val() : jQuery(w).text();
                        }).join(' ').trim()).filter(t => t !== ''))""", TAB)

    def open_row(self, number=0):
        self.page.locator(
            f'{TAB} .treeview table.tree > tbody > tr').nth(
            number).locator('td .widget').locator(
            'visible=true').first.dblclick()
        return self.idle()

    def record(self, *names):
        "Return values of the current record"
        return self.page.evaluate(
            """names => {
                const r = Sao.Tab.tabs.get_current().screen.current_record;
                const values = {id: r.id};
                for (const n of names) values[n] = r.field_get_client(n);
                return JSON.parse(JSON.stringify(values));
            }""", list(names))

    def dialog(self):
        "Return the text of the dialog on top, or None"
        dialogs = self.page.locator('.modal.in')
        if dialogs.count():
            return re.sub(r'\s+', ' ', dialogs.last.inner_text())

    def shot(self, name):
        if not self.shots:
            return self
        self.shots.mkdir(parents=True, exist_ok=True)
        self.number += 1
        self.page.evaluate(
            "() => { if (window.jQuery)"
            " jQuery('.infobar .alert-info').remove(); }")
        self.page.screenshot(
            path=self.shots / f'{self.number:02d}-{name}.png')
        return self
