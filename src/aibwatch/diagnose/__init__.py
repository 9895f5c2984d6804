"""From what was seen to verdicts with evidence, and from those to region health. Pure."""
