"""Letters and the way they leave: a message, and an SMTP server that may fail at any word."""
