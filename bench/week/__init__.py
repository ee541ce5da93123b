"""A week of a team: who hears how much."""
