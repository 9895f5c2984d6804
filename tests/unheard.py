"""Random text that holds no word of any known error.

Hypothesis draws whole strings from the source under test, the patterns of known errors among them:
such a text is known, and may rightly count.
"""

from string import ascii_letters

from hypothesis import strategies as st

UNHEARD = st.text(st.characters(exclude_characters=ascii_letters)) | st.text("jkqvwxz ")
