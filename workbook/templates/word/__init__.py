"""Word templates with {{ slots }} that a clerk can edit in Word, and the text they are built from."""
