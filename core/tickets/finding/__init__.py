"""How tickets are asked for: by number, by words, by what they are."""
