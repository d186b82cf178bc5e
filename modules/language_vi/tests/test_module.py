# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.

import polib
from sql import Table
from trytond.pool import Pool
from trytond.tests.test_tryton import ModuleTestCase, with_transaction
from trytond.tools import file_open
from trytond.transaction import Transaction

from tryton_vi import LANGUAGE, MODULES

from ..lang import NAME


def load():
    "Load what the module loads into a database that has Vietnamese"
    Translation = Pool().get('ir.translation')
    with file_open(f'{NAME}/locale/{LANGUAGE}.po') as file:
        return Translation.translation_import(LANGUAGE, NAME, file.name)


def translations(module):
    Translation = Pool().get('ir.translation')
    return Translation.search([
            ('module', '=', module), ('lang', '=', LANGUAGE)])


class LanguageViTestCase(ModuleTestCase):
    "Test Language Vi module"
    module = NAME
    extras = ['country']

    @with_transaction()
    def test_language(self):
        "Test dates and numbers are written as in Việt Nam"
        import datetime as dt
        from decimal import Decimal
        language, = Pool().get('ir.lang').search([('code', '=', LANGUAGE)])
        self.assertEqual(
            language.strftime(dt.date(2026, 7, 1)), '01/07/2026')
        self.assertEqual(
            language.format_number(Decimal('1234567.5'), digits=1),
            '1.234.567,5')
        for number in [0, 1, 2, 100]:
            self.assertEqual(language.get_plural(number), 0)

    @with_transaction()
    def test_pack(self):
        "Test each message of the modules that are there is loaded, once"
        load()
        for module in ['ir', 'res', 'country']:
            expected = len(polib.pofile(str(MODULES[module])))
            found = translations(module)
            self.assertEqual(len(found), expected, msg=module)
            self.assertEqual(
                [t.name for t in found if not t.value or t.fuzzy], [])
        # and nothing of those that are not
        self.assertEqual(translations('authentication_sms'), [])

    @with_transaction()
    def test_pack_again(self):
        "Test a changed pack takes the place of what was loaded before"
        load()
        before = {t.id for t in translations('ir')}
        label, = [t for t in translations('ir')
            if t.name == 'ir.attachment,description']
        expected, label.value = label.value, "Cũ"
        label.save()
        load()
        self.assertEqual({t.id for t in translations('ir')}, before)
        self.assertEqual(label.__class__(label.id).value, expected)

    @with_transaction()
    def test_only_vietnamese(self):
        "Test other languages and other modules load as ever"
        Translation = Pool().get('ir.translation')
        self.assertEqual(
            Translation.translation_import(LANGUAGE, 'ir', []), 0)
        self.assertEqual(translations('res'), [])

    @with_transaction()
    def test_words(self):
        "Test who speaks Vietnamese reads it"
        load()
        pool = Pool()
        # the labels were read in English before
        pool.get('ir.translation')._translation_cache.clear()
        with Transaction().set_context(language=LANGUAGE):
            fields = pool.get('res.user').fields_get(['login', 'password'])
            self.assertEqual(fields['login']['string'], "Tên đăng nhập")
            self.assertEqual(fields['password']['string'], "Mật khẩu")

    @with_transaction()
    def test_language_of_an_older_release(self):
        "Test the record that was of agencies keeps its number"
        pool = Pool()
        Lang, ModelData = pool.get('ir.lang'), pool.get('ir.model.data')
        id_ = ModelData.get_id(NAME, 'lang_vi')
        table = Table('ir_model_data')
        cursor = Transaction().connection.cursor()

        def owners():
            cursor.execute(*table.select(
                    table.module, table.db_id,
                    where=table.fs_id == 'lang_vi'))
            return cursor.fetchall()
        cursor.execute(*table.update(
                [table.module], ['agencies'],
                where=table.fs_id == 'lang_vi'))
        # with the forms of English
        Lang.write([Lang(id_)], {'nplurals': 2, 'plural': 'n != 1'})
        for _ in range(2):
            Lang.__register__(NAME)
            self.assertEqual(owners(), [(NAME, id_)])
        language = Lang.__table__()
        cursor.execute(*language.select(
                language.nplurals, language.plural,
                where=language.id == id_))
        self.assertEqual(cursor.fetchall(), [(1, '0')])

    @with_transaction()
    def test_nothing_else_is_taken_from_agencies(self):
        "Test other records of agencies stay there"
        table = Table('ir_model_data')
        cursor = Transaction().connection.cursor()
        cursor.execute(*table.insert(
                [table.fs_id, table.module, table.model, table.db_id],
                [['lang_vi', 'agencies', 'ir.model', 10**6],
                    ['lang_vi_south', 'agencies', 'ir.lang', 10**6]]))
        Pool().get('ir.lang').__register__(NAME)
        cursor.execute(*table.select(
                table.fs_id, where=table.module == 'agencies',
                order_by=table.fs_id))
        self.assertEqual(
            [name for name, in cursor], ['lang_vi', 'lang_vi_south'])


del ModuleTestCase
