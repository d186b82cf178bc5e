/* This file is part of Donthu.  The COPYRIGHT file at the top level of
   this repository contains the full copyright notices and license terms. */
/* What the web client makes of texts that are typed into its search entry.

   node search_entry.js TRYTON_SAO_JS SEARCH_JS < [text, …] in JSON

   Of the bundle only the parser and what it needs is run: no page. */
'use strict';
const fs = require('fs');
const vm = require('vm');
const [,, bundle, script] = process.argv;
const source = fs.readFileSync(bundle, 'utf8').split('\n');

function cut(start) {
    // a statement of the bundle, by its indentation
    const first = source.findIndex(line => line.startsWith(`    ${start}`));
    const length = source.slice(first).findIndex(
        line => /^ {4}\}\)?;$/.test(line)) + 1;
    return source.slice(first, first + length).join('\n');
}

const context = vm.createContext({
    console,
    jQuery: {
        extend: Object.assign,
        isEmptyObject: value => !value || !Object.keys(value).length,
    },
    moment: {isMoment: () => false, isDuration: () => false},
    Sao: {common: {}},
});
// the methods of the context's own strings
vm.runInContext(
    'String.prototype.contains = String.prototype.includes;', context);
for (const start of ['Sao.class_ = ', 'Sao.common.compare = ',
        'Sao.common.udlex = ', 'Sao.common.DomainParser = ']) {
    vm.runInContext(cut(start), context);
}
if (script) {
    vm.runInContext(fs.readFileSync(script, 'utf8'), context);
}
context.texts = JSON.parse(fs.readFileSync(0, 'utf8'));
process.stdout.write(vm.runInContext(`
    Sao.i18n = {gettext: text => text};
    var parser = new Sao.common.DomainParser({
        sender: {string: 'Người gửi', type: 'char', name: 'sender'},
        number: {string: 'Số', type: 'char', name: 'number'},
        kind: {string: 'Loại', type: 'selection', name: 'kind', selection: [
            ['complaint', 'Khiếu nại'],
            ['disciplinary', 'Khiếu nại kỷ luật'],
            ['denunciation', 'Tố cáo']]},
        state: {string: 'Trạng thái', type: 'selection', name: 'state',
            selection: [
                [null, ''], ['accepted', 'Đã thụ lý'],
                ['registered', 'Đã vào sổ']]}});
    JSON.stringify(texts.map(text => parser.parse(text)))`, context));
