TALK "hello"
