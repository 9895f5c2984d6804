"""From health, image, policy and now to a decision: act or hold, and why. Pure."""
