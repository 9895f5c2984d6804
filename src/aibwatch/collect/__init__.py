"""Ask Azure what is due, and make observations of what it says."""
