"""Word templates with {{ slots }} that a clerk can edit in Word, and the text they are built from.

`build` may import the writers' `paper` alone. A new slot: its name in the text here, its value in `writers/word.py`.
"""
