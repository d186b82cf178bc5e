/* This file is part of Donthu.  The COPYRIGHT file at the top level of
   this repository contains the full copyright notices and license terms. */
(function() {
    'use strict';

    Sao.config.title = 'Donthu';

    // Who has not logged in yet reads Vietnamese, whatever the browser speaks.
    const setlang = Sao.i18n.setlang;
    Sao.i18n.setlang = lang => setlang(lang || 'vi');

    // The one title that the client does not translate.
    const add_title = Sao.Dialog.prototype.add_title;
    Sao.Dialog.prototype.add_title = function(title, ...rest) {
        if (title === 'Preferences' && Sao.i18n.getlang() === 'vi') {
            title = 'Tùy chọn cá nhân';
        }
        return add_title.call(this, title, ...rest);
    };

    // The count of what is new stands beside the name, not upon it.
    jQuery('<style/>').text(
        '#user-preferences .notification-badge {'
        + ' position: static; margin-inline-end: .5em;'
        + ' padding: .2em .5em; }').appendTo(document.head);

    // A changed catalogue has another address: browsers keep the former one.
    const version = new URL(document.currentScript.src).search;
    jQuery.ajaxPrefilter(options => {
        if (options.url.startsWith('locale/')) {
            options.url += version;
        }
    });
})();
