"""What scripts/hostile is made of."""
