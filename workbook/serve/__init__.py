"""`jixiao serve`: the same verbs behind a page of the browser, for where there is no Excel.

`work` is what is done with a file, in a process of its own; `picture` the document as it was filed, `corrected` what the
clerk puts into a copy of it; `spaces` who has which
files and for how long; `guard` who may ask at all, and how much; `app` the addresses; `run` the server itself; `page` what
the browser is given.

May import the verbs and all below them; the command `serve` alone imports it, but for `announced`, which the buttons ask first.
New work on a file: a function in `work`, and where it is downloaded a row of its MAKERS; a new address: a route in `app`.
"""
