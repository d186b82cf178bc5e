/* This file is part of Donthu.  The COPYRIGHT file at the top level of
   this repository contains the full copyright notices and license terms. */
(function() {
    'use strict';

    // Tryton's search entry takes "Người gửi: thắm" for a field and a value,
    // but leaves out, without a word, what is before and after a colon where
    // it knows no field of that name: then everything is found.  Here the
    // name of a field needs no accents, and what is none is looked for as
    // words like the others.  The word of a selection, which may be several
    // ("Trạng thái: đã thụ lý"), needs neither accents nor quotation marks.
    if (typeof Sao === 'undefined' || !Sao.common.DomainParser
            || Sao.common.DomainParser.prototype.donthu) {
        return;
    }
    var parser = Sao.common.DomainParser.prototype;
    var group = parser.group;
    parser.donthu = true;

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

    function is_word(token) {
        return typeof token === 'string'
            && ![':', ';', '|', '&'].includes(token);
    }

    function choice(field, words) {
        // which of its words a field is asked for, and by how many of these
        var labels = (field.selection || []).map(s => String(s[1] || ''))
            .filter(label => label);
        for (var begun of [false, true]) {
            for (var count = words.length; count; count--) {
                var text = fold(words.slice(0, count).join(' '));
                var found = labels.filter(label => begun
                    ? fold(label).startsWith(text) : fold(label) === text);
                if (text && found.length === 1) {
                    return [found[0], count];
                }
            }
        }
        return null;
    }

    function take_choices(parser, field, tokens, next, words) {
        // put what a selection is asked for into words, return what follows
        if (!field || !field.selection || !field.selection.length) {
            return next;
        }
        if (parser.OPERATORS.includes(tokens[next])) {
            words.push(tokens[next++]);
        }
        for (;;) {
            var end = next;
            while (end < tokens.length && is_word(tokens[end])) {
                end++;
            }
            var found = choice(field, tokens.slice(next, end));
            if (!found) {
                return next;
            }
            words.push(found[0]);
            next += found[1];
            if (tokens[next] !== ';') {
                return next;
            }
            words.push(tokens[next++]);
        }
    }

    parser.group = function(tokens) {
        var names = {};
        for (var name in this.strings) {
            names[fold(name)] = name;
        }
        var words = [];
        for (var i = 0; i < tokens.length; i++) {
            if (tokens[i] !== ':') {
                words.push(tokens[i]);
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
                i = take_choices(this, this.strings[found[1]], tokens, i + 1,
                    words) - 1;
            }
        }
        return group.call(this, words);
    };

    // Where a list shows nothing of what was typed, it says where there is
    // something: under another tab, or in no part of this list at all.
    if (!Sao.Screen) {
        return;
    }
    var search_filter = Sao.Screen.prototype.search_filter;
    var MOST = 1000;

    function say(count, where) {
        var vi = Sao.i18n.getlang() === 'vi';
        var many = count >= MOST ? count + '+' : String(count);
        if (where) {
            return vi ? `${many} kết quả ở “${where}”`
                : `${many} found under “${where}”`;
        }
        return vi ? `${many} kết quả ngoài danh sách này`
            : `${many} found outside of this list`;
    }

    function line(screen, text, act) {
        var box = screen.screen_container.el.find('.donthu-elsewhere');
        if (!box.length) {
            box = jQuery('<div/>', {
                'class': 'donthu-elsewhere alert alert-info',
                'role': 'status',
            }).insertBefore(screen.screen_container.content_box);
        }
        jQuery('<button/>', {'type': 'button', 'class': 'btn btn-link'})
            .text(text).click(act).appendTo(box);
    }

    function elsewhere(screen) {
        var container = screen.screen_container;
        container.el.find('.donthu-elsewhere').remove();
        var text = container.get_text();
        if (!text || screen.group.length || screen.group.parent) {
            return;
        }
        function count(domain) {
            return screen.model.execute(
                'search_count', [domain, 0, MOST], screen.context,
                true, false);
        }
        function is_current() {
            return container.get_text() === text && !screen.group.length;
        }
        var rest = screen.search_domain(text, false, false);
        var tabs = container.tab ? container.tab_domain : [];
        var current = container.get_tab_index();
        var asked = tabs.map((tab, i) => i === current ? 0
            : count(['AND', tab[1], rest]));
        Promise.all(asked).then(counts => {
            if (!is_current()) {
                return null;
            }
            counts.forEach((found, i) => {
                if (found) {
                    line(screen, say(found, tabs[i][0]),
                        () => container.tab.find('a').eq(i).click());
                }
            });
            if (counts.some(found => found)
                    || jQuery.isEmptyObject(screen.attributes.domain)) {
                return null;
            }
            var typed = screen.domain_parser.parse(text);
            return count(typed).then(found => {
                if (found && is_current()) {
                    line(screen, say(found), () => Sao.Tab.create({
                        model: screen.model_name,
                        mode: ['tree', 'form'],
                        search_value: typed,
                        name: text,
                    }));
                }
            });
        }, () => {});
    }

    Sao.Screen.prototype.search_filter = function(text, only_ids) {
        var searched = search_filter.call(this, text, only_ids);
        if (only_ids || !searched || !searched.then) {
            return searched;
        }
        return searched.then(result => {
            elsewhere(this);
            return result;
        });
    };
})();
