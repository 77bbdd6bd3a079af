"""The sample months: real published figures where we have them, the rest simulated and marked so."""
