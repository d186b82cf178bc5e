# This file is part of Donthu.  The COPYRIGHT file at the top level of
# this repository contains the full copyright notices and license terms.
"""People who are played: one player, and what it is played for.

player          who acts, what the law lets be done, how it is done: the one
                place that knows how a step is taken
answers         what people say and write where a step asks for it
invented        the people of the demonstration, and what is written to them
stage           a site with one province, to be thrown away

These only say what happens, and when, and what must hold then:

demonstration   the last weeks of `donthu demo`
simulation      the year of `donthu simulate`
ledger          which time limits should be open in it, counted apart
mishaps         the year of `donthu silence`
heard           whether what is late in it has reached somebody
"""
