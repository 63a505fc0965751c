"""`jixiao serve`: the same verbs behind a page of the browser, for where there is no Excel.

`work` is what is done with a file, in a process of its own; `picture` the document as it was filed; `spaces` who has which
files and for how long; `guard` who may ask at all, and how much; `app` the addresses; `run` the server itself; `page` what
the browser is given.
"""
