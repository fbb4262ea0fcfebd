' A script of its own: other scripts call it, and so may a language model.
DESCRIPTION "Tells when we are open."

TALK "We are open from ${opens} to ${closes}, Monday to Friday."
