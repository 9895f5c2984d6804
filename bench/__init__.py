"""`make bench`: what aibwatch costs, as ratios to named peers, taken in one run.

Contenders live in processes of their own, so that none pays for another's imports, and take turns,
so that a noisy minute strikes all of them. What is compared is CPU time of the client process
alone: the simulated ARM runs in yet another process.
"""
