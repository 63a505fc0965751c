"""Rules that hold the self-evaluation against the tables beside it: final accounts, budget, approved targets."""
