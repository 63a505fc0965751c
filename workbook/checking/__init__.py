"""What a check gives back, for whoever shows it: the outcome, its lines, the figures of the prose, comments in a Word file.

`check` takes one filing through derivation and rules. May import rules, readers, writers and the master's merge. New words on
a screen or in a pipe: `lines`; a new way to hand the findings back: a module here, or a format in `exports`.
"""
