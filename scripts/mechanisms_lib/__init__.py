"""What scripts/mechanisms is made of."""
