"""The promises as predicates over what really happened: one small class a family.

Each is fed the World's truth and the requests as they were received; of the controller it believes
nothing, and reads no more than what it wrote down before it acted.
"""
