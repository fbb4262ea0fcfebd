' The dialog of this bot begins here.
TALK "Hello! I am __TITLE__."
HEAR message
TALK "You said: ${message}"
