"""Faults on purpose, against the program as it really runs; afterwards the books must balance."""
