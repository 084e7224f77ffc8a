"""Who may do what with whose records: the table in docs/access.md, held against the program over HTTP."""
