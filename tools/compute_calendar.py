#!/usr/bin/env python3
# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""Write modules/deadlines/data/calendar_computed.csv.

The years after the last one of calendar.csv, as far as the library `holidays`
knows the lunar months.  To be run after a year was announced: its rows go to
calendar.csv, with their source, and out of the computed ones.
"""
import csv
from dataclasses import astuple, fields
from pathlib import Path

from trytond.modules.deadlines import counting, lawbook, proposal

FILE = (Path(__file__).parents[1] / 'modules' / 'deadlines' / 'data'
    / 'calendar_computed.csv')


def main():
    announced = {
        day.date.year for day in lawbook.days_off()
        if day.state == 'announced'}
    with FILE.open('w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(field.name for field in fields(counting.DayOff))
        for year in range(max(announced) + 1, proposal.LAST_YEAR + 1):
            writer.writerows(map(astuple, proposal.propose(year)))


if __name__ == '__main__':
    main()
