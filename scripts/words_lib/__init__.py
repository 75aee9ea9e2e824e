"""The parts of scripts/words: what the format has, a trial for each, and what came of them."""
