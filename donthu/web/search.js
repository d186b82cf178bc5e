/* This file is part of Donthu.  The COPYRIGHT file at the top level of
   this repository contains the full copyright notices and license terms. */
(function() {
    'use strict';

    // Tryton's search entry takes "Người gửi: thắm" for a field and a value,
    // but leaves out, without a word, what is before and after a colon where
    // it knows no field of that name: then everything is found.  Here the
    // name of a field needs no accents, and what is none is looked for as
    // words like the others.
    if (typeof Sao === 'undefined' || !Sao.common.DomainParser) {
        return;
    }
    var parser = Sao.common.DomainParser.prototype;
    var group = parser.group;

    function fold(text) {
        return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
            .toLowerCase().replace(/đ/g, 'd').trim();
    }

    function known(names, words) {
        // the field that ends before the colon, as Tryton looks for it
        for (var start = 0; start < words.length; start++) {
            var name = fold(words.slice(start).join(' '));
            if (name in names) {
                return [start, names[name]];
            }
        }
        return null;
    }

    parser.group = function(tokens) {
        var names = {};
        for (var name in this.strings) {
            names[fold(name)] = name;
        }
        var result = [];
        var words = [];
        for (var token of tokens) {
            if (token !== ':') {
                words.push(token);
                continue;
            }
            // back to the last token that is no word
            var from = words.length;
            while (from && typeof words[from - 1] === 'string') {
                from--;
            }
            var found = known(names, words.slice(from));
            if (found) {
                words.splice(from + found[0], words.length, found[1], ':');
            }
        }
        return group.call(this, words);
    };
})();
