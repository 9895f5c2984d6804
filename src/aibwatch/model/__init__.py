"""The vocabulary: frozen values and enums, standard library only.

Every other package speaks in these words; docs/glossary.md says what each one means.
"""
