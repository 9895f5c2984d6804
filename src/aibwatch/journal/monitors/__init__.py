"""The promises that the journal alone can tell, as predicates on its entries. PURE.

They are written from what docs/promises.md says and not from the code that keeps it, with a memory
of their own beside the state: a bug there does not blind them here. `every` lists them.
"""
